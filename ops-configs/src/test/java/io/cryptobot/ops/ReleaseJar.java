package io.cryptobot.ops;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** The built jar, and variants of it: with another version, other files, and a manifest that matches or not. */
final class ReleaseJar {

    private ReleaseJar() {}

    /** {@return the jar that the build made; integration tests run against it} */
    static Path built() throws IOException {
        return OpsConfigs.origin();
    }

    static Path with(Path target, String version, Map<String, String> files) throws IOException {
        FileTree tree = FileTree.read(built(), "");
        for (Map.Entry<String, String> file : files.entrySet()) {
            tree = tree.with(Map.of(file.getKey(), file.getValue().getBytes(StandardCharsets.UTF_8)));
        }
        FileTree ops = new FileTree(tree.files().subMap("ops/", "ops0"));
        String manifest = ReleaseManifest.of(version, ops).toString();
        return write(target, tree.with(Map.of(ReleaseManifest.PATH, manifest.getBytes(StandardCharsets.UTF_8))));
    }

    /** With one changed file that is not in the manifest. */
    static Path damaged(Path target, String path, byte[] content) throws IOException {
        return write(target, FileTree.read(built(), "").with(Map.of(path, content)));
    }

    static Path write(Path target, FileTree tree) throws IOException {
        try (OutputStream file = Files.newOutputStream(target);
                JarOutputStream jar = new JarOutputStream(file)) {
            for (Map.Entry<String, byte[]> entry : tree.with(Map.of()).files().entrySet()) {
                jar.putNextEntry(new JarEntry(entry.getKey()));
                jar.write(entry.getValue());
            }
        }
        return target;
    }
}
