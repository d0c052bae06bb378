package io.cryptobot.smoke;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Secrets wherever a person puts them, in random forms, whole and damaged: in the environment, in configuration, in files and
 * in options. No command prints one, logs one or writes one into a report. Names of files and bots are shown as they are.
 */
class CanaryTest {
    private static final int ROUNDS = Integer.getInteger("canary.rounds", 3);
    /** In a form that needs no name beside it: a DSN's key, PagerDuty's routing key. */
    private static final String KEY = "ca9a24ca9a24ca9a24ca9a24ca9a24ca";

    private static final String SECRET = "zQ7canary";

    /** How a secret stands in a line that is wrong in its place. */
    private static final List<UnaryOperator<String>> FORMS = List.of(
            secret -> "api_key=" + secret,
            secret -> "{\"apiSecret\":\"" + secret + "\"",
            secret -> "http://u:" + secret + "@127.0.0.1:1",
            secret -> "http://" + secret + "@127.0.0.1:1/1",
            secret -> "Authorization: Bearer " + secret,
            secret -> "https://hooks.slack.com/services/T0/B0/" + secret,
            secret -> "SENTRY_DSN=https://" + secret + "@sentry.invalid/1",
            secret -> KEY);

    /** Each command, so that it ends by itself; {@code %s} is a secret in one of its forms. */
    private static final Map<String, List<String>> COMMANDS = Map.ofEntries(
            Map.entry(
                    "check-runtime-dependencies",
                    List.of(
                            "",
                            "--json --write-report=report.json",
                            "--sync-sentry --dry-run",
                            "--sync-sentry --json",
                            "--exporter=%s",
                            "--prometheus=%s")),
            Map.entry(
                    "telemetry-smoke",
                    List.of(
                            "--raise-exception --timeout=50ms",
                            "--raise-exception --timeout=50ms --json",
                            "--raise-exception --timeout=%s",
                            "--alert-demo --json --junit=junit.xml",
                            "--alert-demo --every=1ms --rounds=1 --json",
                            "--alert-demo --prometheus=%s")),
            Map.entry(
                    "mode-switch",
                    List.of(
                            "--mode=paper --timeout=10ms --reason=%s",
                            "--mode=live --timeout=10ms --reason=%s --confirm=%s",
                            "--mode=status --timeout=10ms --json",
                            "--mode=%s")),
            Map.entry("mode-audit verify", List.of("", "--expect-head=%s")),
            Map.entry("exchange-client restart", List.of("--timeout=10ms", "--timeout=%s")),
            Map.entry("exchange-client status", List.of("%s")),
            Map.entry("unknown-orders list", List.of("")),
            Map.entry(
                    "unknown-orders resolve",
                    List.of("--id=%s --outcome=absent --reason=%s", "--nameless --outcome=%s --reason=%s")),
            Map.entry("counters show", List.of("", "--file=trades.csv", "--bot=api_key=%s")),
            Map.entry("counters watch", List.of("--count=1", "--count=%s")),
            Map.entry("counters dump", List.of("--json", "--json --file=trades.csv")),
            Map.entry("counters errors", List.of("")),
            Map.entry("demo", List.of("", "--replay=trades.csv", "--seed=%s")),
            Map.entry("stack up", List.of("", "--prometheus-port=%s")),
            Map.entry("stack status", List.of("", "--json")),
            Map.entry("stack env", List.of("")),
            Map.entry("stack down", List.of("")),
            Map.entry("receivers", List.of("--fault=%s", "--fault=slack=%s", "--port=%s", "--port=-1")),
            Map.entry("completion", List.of("%s")),
            Map.entry("oncall who", List.of("--file=trades.csv", "--at=%s")),
            Map.entry("oncall validate", List.of("--file=trades.csv", "--json --file=trades.csv")),
            Map.entry("oncall ics", List.of("--file=trades.csv", "--weeks=%s")),
            Map.entry("postmortem new", List.of("--alert=%s", "--alert=Watchdog --at=%s")),
            Map.entry("postmortem check", List.of("", "--json", "--days=%s")),
            Map.entry("review", List.of("", "--json", "--week=%s", "--flap=%s")),
            Map.entry("review ics", List.of("--file=trades.csv")),
            Map.entry("demo-bot", List.of("--exchange=%s --symbol=X --orders-per-second=%s")),
            Map.entry("demo-exchange", List.of("--port=%s")),
            Map.entry("rehearse", List.of("%s")));

    private final long seed = Long.getLong("canary.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir
    Path home;

    @Test
    void everyCommandIsTried() {
        Set<String> names = new TreeSet<>();
        addCommands(SmokeTools.commandLine(Map.of()), names);

        assertThat(names).containsExactlyInAnyOrderElementsOf(COMMANDS.keySet());
    }

    private static void addCommands(CommandLine command, Set<String> names) {
        if (command.getSubcommands().isEmpty() || command.getCommand() instanceof Callable<?>) {
            names.add(command.getCommandSpec().qualifiedName().replace("cryptobot ", ""));
        }
        command.getSubcommands().values().forEach(subcommand -> addCommands(subcommand, names));
    }

    @Test
    void noSecretIsPrintedLoggedOrReported() throws IOException {
        Set<String> leaks = new TreeSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (Map.Entry<String, List<String>> command : COMMANDS.entrySet()) {
                Map<String, String> environment = prepare();
                String line = command.getKey() + " " + oneOf(command.getValue());
                seen(environment, line)
                        .lines()
                        .filter(each -> each.contains(SECRET) || each.contains(KEY))
                        .forEach(each -> leaks.add(line + " -> " + each));
            }
        }
        assertThat(leaks).as("seed %d", seed).isEmpty();
    }

    /** {@return what anybody can read of a run: both outputs, the log, the reports} */
    private String seen(Map<String, String> environment, String line) throws IOException {
        String[] words = (line.strip() + " --verbose").split(" ", -1);
        for (int index = 0; index < words.length; index++) {
            words[index] = words[index]
                    .replaceAll("(report\\.json|junit\\.xml|trades\\.csv)$", home + "/$1")
                    .replace("%s", secret());
        }
        PrintStream console = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            CommandRun run = CommandRun.of(environment, words);
            StringBuilder seen = new StringBuilder(run.out() + run.err());
            for (String report : List.of("report.json", "junit.xml")) {
                if (Files.exists(home.resolve(report))) {
                    seen.append(Files.readString(home.resolve(report)));
                }
            }
            return seen + log.toString(StandardCharsets.UTF_8);
        } finally {
            System.setErr(console);
        }
    }

    /** A home in which everything that holds secrets is there, right or wrong. */
    private Map<String, String> prepare() throws IOException {
        Path config = Files.createDirectories(home.resolve("config"));
        Path run = Files.createDirectories(home.resolve("run"));
        Path state = Files.createDirectories(home.resolve("state"));
        Path secrets = Files.createDirectories(home.resolve("secrets"));
        Path stack = Files.createDirectories(home.resolve("stack"));
        String dsn = "http://" + KEY + "@127.0.0.1:1/1";
        write(config.resolve("production.env"), "SENTRY_DSN=" + dsn + "\nSENTRY_ENVIRONMENT=p\nSENTRY_RELEASE=1\n");
        write(config.resolve("runtime_overrides.json"), "{\"sentry\":{\"dsn\":\"" + dsn + "\",\"environment\":\"p\"}}");
        write(config.resolve("monitoring.env"), "CRYPTOBOT_PROMETHEUS_URL=http://127.0.0.1:1\n");
        write(secrets.resolve("slack_api_url"), "https://hooks.slack.com/services/T0/B0/" + SECRET);
        write(secrets.resolve("pagerduty_routing_key"), KEY);
        for (Path file : List.of(
                run.resolve("cryptobot-desktop.counters"),
                run.resolve("cryptobot-desktop.control"),
                state.resolve("cryptobot-desktop.mode"),
                state.resolve("cryptobot-desktop.mode-audit.jsonl"),
                state.resolve("cryptobot-desktop.unknown-orders"),
                stack.resolve("stack.json"),
                home.resolve("trades.csv"))) {
            Files.deleteIfExists(file);
            if (random.nextBoolean()) {
                Files.writeString(file, secret() + "\n" + secret() + "\n");
            }
        }
        Map<String, String> environment = new HashMap<>(Map.of(
                "CRYPTOBOT_HOME", home.toString(),
                "CRYPTOBOT_RUN_DIR", run.toString(),
                "CRYPTOBOT_SECRETS_DIR", secrets.toString(),
                "CRYPTOBOT_STACK_DIR", stack.toString(),
                "CRYPTOBOT_PROMETHEUS_URL", "http://127.0.0.1:1",
                "PATH", ""));
        for (String name : List.of(
                "SENTRY_DSN",
                "SENTRY_AUTH_TOKEN",
                "SENTRY_ORG",
                "SENTRY_URL",
                "SLACK_WEBHOOK_URL",
                "CRYPTOBOT_EXPORTER_URL",
                "CRYPTOBOT_ALERTMANAGER_URL",
                "CRYPTOBOT_RECEIVERS_URL",
                "CRYPTOBOT_LIVE_COOLDOWN",
                "CRYPTOBOT_MAX_SERIES")) {
            if (random.nextInt(4) == 0) {
                environment.put(name, name.equals("SENTRY_AUTH_TOKEN") ? SECRET : secret());
            }
        }
        if (random.nextInt(4) == 0) {
            environment.put("CRYPTOBOT_INSTANCE", "api_key=" + SECRET); // the key alone would be a good name
        }
        return environment;
    }

    /** As it should be, or with a line in it that is a mistake. */
    private void write(Path file, String right) throws IOException {
        Files.writeString(file, random.nextBoolean() ? right : right + secret() + "\n");
    }

    private String secret() {
        return oneOf(FORMS).apply(SECRET + random.nextInt(10)).replace(" ", "\t");
    }

    private <T> T oneOf(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
