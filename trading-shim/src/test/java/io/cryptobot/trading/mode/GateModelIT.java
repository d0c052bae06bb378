package io.cryptobot.trading.mode;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.testing.OneJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks every possible sequence of steps of the gate's protocol with the model checker Spin; see {@code
 * src/test/spin/gate.pml}.
 */
@OneJdk
class GateModelIT {
    private static final Path MODEL = Path.of("src/test/spin/gate.pml").toAbsolutePath();

    @TempDir
    Path directory;

    @Test
    void nothingIsSentAfterTheDrainInAnyOrderOfSteps() throws Exception {
        String result = check();
        assertThat(result).contains("errors: 0");
        Matcher states = Pattern.compile("(\\d+) states, stored").matcher(result);
        assertThat(states.find()).as(result).isTrue();
        assertThat(Long.parseLong(states.group(1))).as("the whole of it").isGreaterThan(100_000);
        assertThat(result).doesNotContain("max search depth too small");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NO_SECOND_CHECK",
                "COUNT_AFTER_CHECKS",
                "BLIND_GIVE_UP",
                "BLIND_FREE",
                "NO_LOOK_AT_HELD",
                "BLIND_COUNT"
            })
    void findsTheOrderThatSlipsThroughAWrongOrderOfOperations(String variant) throws Exception {
        assertThat(check("-D" + variant)).contains("assertion violated  !(drained)", "errors: 1");
    }

    private String check(String... options) throws IOException, InterruptedException {
        List<String> spin = new ArrayList<>(List.of("spin"));
        spin.addAll(List.of(options));
        spin.addAll(List.of("-a", MODEL.toString()));
        run(spin);
        run(List.of("cc", "-O1", "-DSAFETY", "-o", "pan", "pan.c"));
        return run(List.of("./pan", "-m1000000"));
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int code = process.waitFor();
        String text = Files.readString(output);
        assertThat(code).as("%s: %s", command, text).isZero();
        return text;
    }
}
