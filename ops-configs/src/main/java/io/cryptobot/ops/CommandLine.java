package io.cryptobot.ops;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The commands of the jar: {@code install}, {@code verify}, {@code diff}, {@code rollback}, {@code list}. */
final class CommandLine {

    static final String USAGE = """
            Usage: java -jar ops-configs-<version>.jar COMMAND --to DIR [OPTIONS]
              install    check this release and activate it; roll back to the previous release if anything fails
              verify     check the files of the active release; with the addresses below, also the loaded configuration
              diff       show what install would change; changes nothing
              rollback   activate the previous release again, or the release of --release ID
              list       show the kept releases; a star marks the active one
            Options:
              --prometheus URL     reload this Prometheus and compare its loaded rules with the release; needs
                                   --web.enable-lifecycle. If omitted, no server is reloaded
              --alertmanager URL   the same for an Alertmanager; may be given more than once
              --without-tools      skip the checks of promtool and amtool
              --help               print this text
            Exit codes:
              0  done
              1  failed; the active release is unchanged
              2  wrong usage
              3  the release, or a file of DIR/local, did not pass the checks; the active release is unchanged
              4  a server rejected the release; the previous release is active again
              5  a server rejected the release, and the rollback failed too: fix it by hand immediately
              6  another command is running in DIR
            """;

    /** The options, and whether they take a value. */
    private enum Option {
        TO,
        PROMETHEUS,
        ALERTMANAGER,
        RELEASE,
        WITHOUT_TOOLS;

        String text() {
            return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        boolean hasValue() {
            return this != WITHOUT_TOOLS;
        }
    }

    /** The commands, by the name in lower case. */
    private enum Command {
        INSTALL,
        VERIFY,
        DIFF,
        ROLLBACK,
        LIST
    }

    private final Command command;
    private final Map<Option, List<String>> options = new EnumMap<>(Option.class);

    private CommandLine(Command command) {
        this.command = command;
    }

    /** {@return whether the first argument is one of the commands} */
    static boolean isCommand(String argument) {
        return find(argument).isPresent();
    }

    private static Optional<Command> find(String name) {
        for (Command command : Command.values()) {
            if (command.name().toLowerCase(Locale.ROOT).equals(name)) {
                return Optional.of(command);
            }
        }
        return Optional.empty();
    }

    /** Runs a command. The first argument must be a command. */
    static ExitCode run(Path origin, PrintStream out, PrintStream err, List<String> arguments) {
        try {
            CommandLine line = parse(arguments);
            line.execute(origin, out);
            return ExitCode.DONE;
        } catch (InstallException e) {
            err.println("ops-configs: " + reason(e));
            return e.exitCode();
        } catch (IOException e) {
            err.println("ops-configs: " + reason(e) + "; the active release is unchanged");
            return ExitCode.FAILED;
        }
    }

    /** {@return a one-line error message with the file} */
    static String reason(Exception e) {
        if (e instanceof AccessDeniedException denied) {
            return denied.getFile() + ": access denied";
        }
        if (e instanceof NoSuchFileException missing) {
            return missing.getFile() + ": no such file or directory";
        }
        if (e instanceof FileSystemException failure) {
            return failure.getFile() + ": "
                    + (failure.getReason() == null ? e.getClass().getSimpleName() : failure.getReason());
        }
        return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
    }

    private static CommandLine parse(List<String> arguments) throws InstallException {
        CommandLine line = new CommandLine(find(arguments.get(0)).orElseThrow());
        for (int i = 1; i < arguments.size(); i++) {
            String[] parts = arguments.get(i).split("=", 2);
            Option option = null;
            for (Option candidate : Option.values()) {
                if (candidate.text().equals(parts[0])) {
                    option = candidate;
                }
            }
            if (option == null || (!option.hasValue() && parts.length == 2)) {
                throw usage("unknown argument " + arguments.get(i));
            }
            String value = "";
            if (option.hasValue()) {
                if (parts.length == 2) {
                    value = parts[1];
                } else if (++i < arguments.size()) {
                    value = arguments.get(i);
                }
                if (value.isBlank() || value.startsWith("--")) {
                    throw usage(option.text() + " needs a value");
                }
            }
            line.options.computeIfAbsent(option, key -> new ArrayList<>()).add(value);
        }
        if (line.values(Option.TO).size() != 1) {
            throw usage("expected --to DIR once");
        }
        return line;
    }

    private static InstallException usage(String problem) {
        return new InstallException(ExitCode.USAGE, problem + " (see --help)");
    }

    private List<String> values(Option option) {
        return options.getOrDefault(option, List.of());
    }

    private void execute(Path origin, PrintStream out) throws IOException, InstallException {
        Installation installation = new Installation(Path.of(values(Option.TO).get(0)));
        List<RunningServer> servers = new ArrayList<>();
        try {
            for (String address : values(Option.PROMETHEUS)) {
                servers.add(new RunningPrometheus(new HttpEndpoint(address), installation.current()));
            }
            for (String address : values(Option.ALERTMANAGER)) {
                servers.add(new RunningAlertmanager(new HttpEndpoint(address)));
            }
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
        Installer installer = new Installer(installation, servers, !options.containsKey(Option.WITHOUT_TOOLS), out);
        switch (command) {
            case INSTALL -> installer.install(origin);
            case VERIFY -> installer.verify();
            case DIFF -> installer.diff(origin);
            case ROLLBACK -> installer.rollback(values(Option.RELEASE).stream().findFirst());
            case LIST -> installer.list();
        }
    }
}
