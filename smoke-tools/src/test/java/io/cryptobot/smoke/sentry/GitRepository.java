package io.cryptobot.smoke.sentry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A repository with one commit in a temporary directory. */
public final class GitRepository {
    private GitRepository() {}

    /** {@return the short revision of its commit} */
    public static String create(Path directory) throws IOException, InterruptedException {
        git(directory, "init", "-q");
        git(
                directory,
                "-c",
                "user.name=t",
                "-c",
                "user.email=t@example.org",
                "commit",
                "-q",
                "--allow-empty",
                "-m",
                "x");
        return git(directory, "rev-parse", "--short", "HEAD");
    }

    private static String git(Path directory, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        Process git = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (git.waitFor() != 0) {
            throw new IOException("git failed: " + output);
        }
        return output;
    }
}
