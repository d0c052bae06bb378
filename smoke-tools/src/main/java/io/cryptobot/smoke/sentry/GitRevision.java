package io.cryptobot.smoke.sentry;

import static java.util.Objects.requireNonNull;

import io.cryptobot.smoke.config.ConfigurationException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one command that {@code production.env} may contain, {@code git rev-parse --short[=N] HEAD}. It is recognised as text and
 * run as an argument list, never by a shell. A shell would turn a failure into an empty release; here it is an error.
 */
final class GitRevision {
    private static final Pattern ALLOWED =
            Pattern.compile("\\s*git\\s+rev-parse\\s+(--short(?:=[0-9]{1,2})?)\\s+HEAD\\s*");
    private static final Pattern REVISION = Pattern.compile("[0-9a-f]{4,64}");
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final Path directory;
    private final Map<String, String> environment;

    GitRevision(Path directory, Map<String, String> environment) {
        this.directory = requireNonNull(directory, "directory is null");
        this.environment = requireNonNull(environment, "environment is null");
    }

    /**
     * {@return the revision that the command prints}
     *
     * @throws ConfigurationException when the command is another one or fails; the message does not repeat it
     */
    String evaluate(String command) throws ConfigurationException {
        Matcher allowed = ALLOWED.matcher(command);
        if (!allowed.matches()) {
            throw new ConfigurationException("only the command substitution $(git rev-parse --short HEAD) is allowed");
        }
        return run(List.of("git", "rev-parse", allowed.group(1), "HEAD"));
    }

    private String run(List<String> command) throws ConfigurationException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        // GIT_DIR and its like would point git elsewhere
        builder.environment().clear();
        for (String name : List.of("PATH", "HOME")) {
            if (environment.containsKey(name)) {
                builder.environment().put(name, environment.get(name));
            }
        }
        builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
        Process git;
        try {
            git = builder.start();
        } catch (IOException e) {
            throw new ConfigurationException("git cannot be started; install it or write the release itself");
        }
        try {
            return revision(git);
        } finally {
            git.destroyForcibly();
        }
    }

    private String revision(Process git) throws ConfigurationException {
        try {
            if (!git.waitFor(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ConfigurationException("git gave no answer within " + TIMEOUT.toSeconds() + " s");
            }
            // after the exit: a revision fits into the pipe's buffer, and a longer answer is an error anyway
            String output = new String(git.getInputStream().readNBytes(200), StandardCharsets.UTF_8).strip();
            if (git.exitValue() != 0 || !REVISION.matcher(output).matches()) {
                throw new ConfigurationException("git finds no commit in " + directory + " (exit " + git.exitValue()
                        + "); run inside the bot's repository or write the release itself");
            }
            return output;
        } catch (IOException e) {
            throw new ConfigurationException("git's answer cannot be read");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigurationException("interrupted while waiting for git");
        }
    }
}
