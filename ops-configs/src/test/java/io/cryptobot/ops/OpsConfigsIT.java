package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built jar, as an SRE gets it, and its content inside a bigger one. */
final class OpsConfigsIT {

    private static Path builtJar;

    @TempDir
    Path target;

    @BeforeAll
    static void findBuiltJar() throws URISyntaxException {
        builtJar = Path.of(OpsConfigs.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        assertThat(builtJar.toString())
                .as("integration tests run against the jar")
                .endsWith(".jar");
    }

    @Test
    void jarUnpacksItselfWithoutAnyOtherJar() {
        Tool.Result result = Tool.JAVA.run("-jar", builtJar, target);

        assertThat(result).isEqualTo(new Tool.Result(0, target.resolve("ops") + System.lineSeparator()));
        assertUnpacked();
        assertThat(Tool.JAVA.run("-jar", builtJar).exitCode()).isEqualTo(2);
    }

    @Test
    void contentUnpacksFromAShadedJarWithoutDirectoryEntries() throws IOException {
        Path shaded = target.resolve("shaded.jar");
        try (JarFile jar = new JarFile(builtJar.toFile());
                OutputStream file = Files.newOutputStream(shaded);
                JarOutputStream output = new JarOutputStream(file)) {
            output.putNextEntry(new JarEntry("opsin/other.txt"));
            for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
                if (!entry.isDirectory()) {
                    output.putNextEntry(new JarEntry(entry.getName()));
                    try (InputStream content = jar.getInputStream(entry)) {
                        content.transferTo(output);
                    }
                }
            }
        }

        Tool.Result result = Tool.JAVA.run("-cp", shaded, "io.cryptobot.ops.OpsConfigs", target);

        assertThat(result.exitCode()).as(result.output()).isZero();
        assertUnpacked();
    }

    /** Or two builds of the same content would be two jars. */
    @Test
    void jarTellsNeitherWhenNorWhereNorByWhomItWasBuilt() throws IOException {
        try (JarFile jar = new JarFile(builtJar.toFile())) {
            assertThat(jar.stream().map(entry -> entry.getTimeLocal()).distinct())
                    .hasSize(1);
            assertThat(jar.getManifest().getMainAttributes().keySet().stream().map(Object::toString))
                    .containsExactlyInAnyOrder(
                            "Manifest-Version", "Implementation-Title", "Implementation-Version", "Main-Class");
        }
    }

    private void assertUnpacked() {
        List<Path> sources =
                Ops.files(Ops.SOURCE, "").stream().filter(Files::isRegularFile).toList();
        for (Path source : sources) {
            assertThat(target.resolve("ops").resolve(Ops.SOURCE.relativize(source)))
                    .hasSameBinaryContentAs(source);
        }
    }
}
