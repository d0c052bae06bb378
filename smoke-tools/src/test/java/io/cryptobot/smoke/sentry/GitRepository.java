package io.cryptobot.smoke.sentry;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.testing.ChildProcess;
import java.nio.file.Path;

/** A repository with one commit in a temporary directory. */
public final class GitRepository {
    private GitRepository() {}

    /** {@return the short revision of its commit} */
    public static String create(Path directory) {
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

    private static String git(Path directory, Object... arguments) {
        ChildProcess.Result git = ChildProcess.program("git")
                .arguments(arguments)
                .directory(directory)
                .run();
        assertThat(git.exitCode()).as(git.output()).isZero();
        return git.output().strip();
    }
}
