package io.cryptobot.smoke.stack;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How long a started program lives. Both values need a small program of util-linux; without it they have no effect. */
enum Lifetime {
    /**
     * The program ends with the thread that started it, also after a {@code SIGKILL} of this process, which runs no hook. The
     * thread must live as long as the stack.
     */
    WITH_STARTER("setpriv", "--pdeathsig", "TERM"),
    /** Outlives its starter, and the terminal that the starter was called from. */
    DETACHED("setsid");

    private final List<String> prefix;

    Lifetime(String... prefix) {
        this.prefix = works(prefix) ? List.of(prefix) : List.of();
    }

    /** {@return the prefix of a command} */
    List<String> prefix() {
        return prefix;
    }

    /** Not every program of that name knows the option. */
    private static boolean works(String... prefix) {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path program = Path.of(directory).resolve(prefix[0]);
            if (Files.isExecutable(program)) {
                return prefix.length == 1 || answers(prefix);
            }
        }
        return false;
    }

    private static boolean answers(String... prefix) {
        List<String> command = new ArrayList<>(List.of(prefix));
        command.add("true");
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
