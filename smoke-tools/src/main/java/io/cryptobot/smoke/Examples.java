package io.cryptobot.smoke;

import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** The examples at the end of each command's help. A test parses every one of them. */
final class Examples {
    private static final Map<String, List<String>> ALL = Map.ofEntries(
            Map.entry(
                    "cryptobot",
                    List.of("check-runtime-dependencies", "mode-switch --mode=paper", "stack up", "<command> --help")),
            Map.entry(
                    "cryptobot check-runtime-dependencies",
                    List.of("", "--json", "--sync-sentry --dry-run", "--sync-sentry")),
            Map.entry(
                    "cryptobot telemetry-smoke",
                    List.of("--raise-exception", "--alert-demo", "--alert-demo --receivers=http://127.0.0.1:9180")),
            Map.entry(
                    "cryptobot mode-switch",
                    List.of(
                            "--mode=status",
                            "--mode=paper",
                            "--mode=paper --open-orders=cancel-entries",
                            "--mode=live --reason='exchange is back' --confirm=cryptobot-desktop")),
            Map.entry("cryptobot mode-audit", List.of("verify")),
            Map.entry("cryptobot mode-audit verify", List.of("", "--expect-head=<hash>")),
            Map.entry("cryptobot exchange-client", List.of("status", "restart")),
            Map.entry("cryptobot exchange-client restart", List.of("", "--timeout=2m")),
            Map.entry("cryptobot exchange-client status", List.of("")),
            Map.entry("cryptobot unknown-orders", List.of("list", "resolve --help")),
            Map.entry("cryptobot unknown-orders list", List.of("")),
            Map.entry(
                    "cryptobot unknown-orders resolve",
                    List.of(
                            "--id=bot-1732521600000-7 --outcome=absent --reason='not in the exchange history'",
                            "--nameless --outcome=filled --reason='found by time and size'")),
            Map.entry("cryptobot counters", List.of("show", "watch", "dump --json", "errors")),
            Map.entry(
                    "cryptobot counters show",
                    List.of("", "--bot=another-bot", "--file=/var/backups/cryptobot-desktop.counters")),
            Map.entry("cryptobot counters watch", List.of("", "--count=10")),
            Map.entry("cryptobot counters dump", List.of("--json")),
            Map.entry("cryptobot counters errors", List.of("")),
            Map.entry("cryptobot demo", List.of("", "--keep", "--replay=XRPETH-trades-2023-11.csv")),
            Map.entry("cryptobot stack", List.of("up", "status", "down")),
            Map.entry("cryptobot stack up", List.of("", "--prometheus-port=19090 --alertmanager-port=0", "--compose")),
            Map.entry("cryptobot stack status", List.of("", "--json", "--compose")),
            Map.entry("cryptobot stack env", List.of("", "--compose")),
            Map.entry("cryptobot stack down", List.of("", "--compose")),
            Map.entry("cryptobot postmortem", List.of("new --alert=CryptobotDown", "check", "check --days=30 --json")),
            Map.entry(
                    "cryptobot postmortem new",
                    List.of(
                            "--alert=CryptobotOrderFailureRateHigh",
                            "--alert=CryptobotDown --at=2026-12-24T18:00:00Z --to=ops/postmortems")),
            Map.entry("cryptobot postmortem check", List.of("", "--days=30", "ops/postmortems --json")),
            Map.entry("cryptobot review", List.of("", "--week=2026-W47", "--json", "ics > reviews.ics")),
            Map.entry("cryptobot review ics", List.of("", "--file=rotation.yaml > reviews.ics")),
            Map.entry("cryptobot oncall", List.of("who", "validate", "ics > oncall.ics")),
            Map.entry("cryptobot oncall who", List.of("", "--at=2026-12-24T18:00:00+01:00", "--json")),
            Map.entry("cryptobot oncall validate", List.of("", "--file=rotation.yaml", "--json")),
            Map.entry("cryptobot oncall ics", List.of("", "--weeks=26 > oncall.ics")),
            Map.entry(
                    "cryptobot receivers",
                    List.of("", "--port=0", "--fault=slack=429:3 --fault=sentry=503:10s --fault=pagerduty=hang")),
            Map.entry("cryptobot completion", List.of("bash > cryptobot.bash")));

    private Examples() {}

    /** {@return the arguments of the examples of a command, as a person types them} */
    static List<String> of(CommandLine command) {
        return ALL.getOrDefault(command.getCommandSpec().qualifiedName(), List.of());
    }

    /** Puts them at the end of the command's help. */
    static void show(CommandLine command) {
        List<String> examples = of(command);
        if (!examples.isEmpty()) {
            String name = command.getCommandSpec().qualifiedName();
            command.getCommandSpec()
                    .usageMessage()
                    .footerHeading("%nExamples:%n")
                    .footer(examples.stream()
                            .map(arguments -> ("  " + name + " " + arguments).stripTrailing())
                            .toArray(String[]::new));
        }
    }
}
