package io.cryptobot.smoke.stack;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How long a started program is to live. Both ways need a small program of util-linux; without it they do nothing. */
enum Lifetime {
    /**
     * Ends with the thread that has started it, also when that is killed: {@code SIGKILL} of the demo runs no hook. A
     * thread, so it has to be one that lives as long as the stack.
     */
    WITH_STARTER("setpriv", "--pdeathsig", "TERM"),
    /** Outlives its starter, and the terminal that the starter was called from. */
    DETACHED("setsid");

    private final List<String> prefix;

    Lifetime(String... prefix) {
        this.prefix = works(prefix) ? List.of(prefix) : List.of();
    }

    /** {@return what to put before a command} */
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
