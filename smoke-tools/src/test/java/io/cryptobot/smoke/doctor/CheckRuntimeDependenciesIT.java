package io.cryptobot.smoke.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.testing.ChildProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check as a person runs it, ended in the middle of it. */
class CheckRuntimeDependenciesIT {
    @TempDir
    Path home;

    @Test
    void aSignalLeavesTheReportAsItWas() throws IOException, InterruptedException {
        Path report = Files.writeString(home.resolve("report.json"), "of an earlier run");
        Path out = home.resolve("out");
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            silent.setSoTimeout(20_000);
            ChildProcess.Builder check = ChildProcess.program(
                            Path.of("bin", "check-runtime-dependencies").toAbsolutePath(),
                            "--json",
                            "--write-report=" + report,
                            "--prometheus=http://127.0.0.1:" + silent.getLocalPort())
                    .environment("CRYPTOBOT_HOME", home.toString())
                    .environment("CRYPTOBOT_RUN_DIR", home.resolve("run").toString())
                    .output(out);
            try (ChildProcess process = check.start();
                    Socket unused = silent.accept()) {
                process.terminate();
                assertThat(process.awaitExit(Duration.ofSeconds(20))).isEqualTo(143);
            }
        }
        assertThat(out).isEmptyFile();
        assertThat(report).hasContent("of an earlier run");
        assertThat(home).isDirectoryNotContaining("glob:**.new");
    }
}
