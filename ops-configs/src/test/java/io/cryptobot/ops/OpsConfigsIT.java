package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.testing.ChildProcess;
import io.cryptobot.testing.ChildProcess.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built jar, as an SRE gets it, and its content inside a bigger one. */
final class OpsConfigsIT {

    @TempDir
    Path target;

    @Test
    void jarUnpacksItselfWithoutAnyOtherJar() throws IOException {
        assertThat(ReleaseJar.built().toString())
                .as("integration tests run against the jar")
                .endsWith(".jar");

        assertThat(java("-jar", ReleaseJar.built(), target)).isEqualTo(unpacked());
        OpsConfigsTest.assertIsTheTree(target.resolve("ops"));
        assertThat(java("-jar", ReleaseJar.built()).exitCode()).isEqualTo(2);
    }

    @Test
    void contentUnpacksFromAShadedJarWithoutDirectoryEntries() throws IOException {
        Path shaded = ReleaseJar.write(
                target.resolve("shaded.jar"),
                FileTree.read(ReleaseJar.built(), "").with(Map.of("opsin/other.txt", new byte[0])));

        assertThat(java("-cp", shaded, "io.cryptobot.ops.OpsConfigs", target)).isEqualTo(unpacked());
        OpsConfigsTest.assertIsTheTree(target.resolve("ops"));
    }

    /** Otherwise two builds of the same content would give two different jars. */
    @Test
    void jarTellsNeitherWhenNorWhereNorByWhomItWasBuilt() throws IOException {
        try (JarFile jar = new JarFile(ReleaseJar.built().toFile())) {
            assertThat(jar.stream().map(entry -> entry.getTimeLocal()).distinct())
                    .hasSize(1);
            assertThat(jar.getManifest().getMainAttributes().keySet().stream().map(Object::toString))
                    .containsExactlyInAnyOrder(
                            "Manifest-Version", "Implementation-Title", "Implementation-Version", "Main-Class");
        }
    }

    private static Result java(Object... arguments) {
        return ChildProcess.program(ChildProcess.javaCommand())
                .arguments(arguments)
                .run();
    }

    private Result unpacked() {
        return new Result(0, target.resolve("ops") + System.lineSeparator());
    }
}
