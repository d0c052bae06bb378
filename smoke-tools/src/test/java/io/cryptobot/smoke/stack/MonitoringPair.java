package io.cryptobot.smoke.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cryptobot.ops.OpsConfigs;
import io.cryptobot.smoke.chain.HttpProbe;
import io.cryptobot.smoke.localservices.LocalServices;
import io.cryptobot.testing.Await;
import io.cryptobot.testing.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Two Prometheus and a cluster of three Alertmanagers as docs/beyond-one-machine.md sets them up, in front of one bot, with
 * receivers in place of Slack and PagerDuty. {@link #close} ends all of it.
 */
final class MonitoringPair implements AutoCloseable {
    /** How long a member of the cluster waits for each one before it; shorter than the default of 15 s. */
    static final Duration PEER_TIMEOUT = Duration.ofSeconds(1);

    /**
     * So that the end of an alert is told before the test ends. More than all the waiting, and no multiple of the rules'
     * interval: docs/beyond-one-machine.md says what happens otherwise.
     */
    static final Duration GROUP_INTERVAL = Duration.ofMillis(Long.getLong("ha.groupIntervalMs", 4400));

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BotPage bot;
    private final LocalServices receivers;
    private final List<Member> prometheus = new ArrayList<>();
    private final List<Member> alertmanagers = new ArrayList<>();

    /** A process and where it answers. */
    record Member(ManagedProcess process, URI address) {
        boolean isAlive() {
            return process.isAlive();
        }

        String get(String path) throws InterruptedException {
            try {
                return HttpProbe.get(address.resolve(path));
            } catch (IOException e) {
                return "";
            }
        }

        JsonNode json(String path) throws IOException, InterruptedException {
            return JSON.readTree(HttpProbe.get(address.resolve(path)));
        }

        int metric(String name) throws InterruptedException {
            Matcher value =
                    Pattern.compile("^" + name + " (\\d+)$", Pattern.MULTILINE).matcher(get("/metrics"));
            return value.find() ? Integer.parseInt(value.group(1)) : -1;
        }
    }

    private MonitoringPair(BotPage bot, LocalServices receivers) {
        this.bot = bot;
        this.receivers = receivers;
    }

    /** Starts everything and waits until every part knows every other one that it needs. */
    static MonitoringPair start(Path work) throws IOException {
        MonitoringPair pair = new MonitoringPair(BotPage.start(), LocalServices.start(0));
        try {
            pair.startMembers(work);
            pair.awaitComplete();
            return pair;
        } catch (IOException | RuntimeException | AssertionError e) {
            pair.close();
            throw e;
        }
    }

    BotPage bot() {
        return bot;
    }

    LocalServices receivers() {
        return receivers;
    }

    Member prometheus(int index) {
        return prometheus.get(index);
    }

    /** {@return the Alertmanager whose turn comes after so many others; their names, which decide, are drawn at the start} */
    Member alertmanagerAt(int position) throws InterruptedException {
        for (Member member : alertmanagers) {
            if (member.isAlive() && member.metric("alertmanager_peer_position") == position) {
                return member;
            }
        }
        throw new AssertionError("no Alertmanager has position " + position);
    }

    private void startMembers(Path work) throws IOException {
        Programs programs = Programs.find(System.getenv());
        int[] ports = FreePorts.choose(8);
        List<String> web =
                Arrays.stream(ports, 0, 3).mapToObj(MonitoringPair::loopback).toList();
        List<String> gossip =
                Arrays.stream(ports, 3, 6).mapToObj(MonitoringPair::loopback).toList();
        Path alertmanagerConfig = alertmanagerConfig(Files.createDirectory(work.resolve("alertmanagers")));
        for (int index = 0; index < web.size(); index++) {
            List<String> command = new ArrayList<>(List.of(
                    programs.alertmanager().toString(),
                    "--config.file=" + alertmanagerConfig,
                    "--storage.path=" + work.resolve("alertmanager-data-" + index),
                    "--web.listen-address=" + web.get(index),
                    "--cluster.listen-address=" + gossip.get(index),
                    "--cluster.peer-timeout=" + PEER_TIMEOUT.toSeconds() + "s",
                    // ten of them must pass before a member that has just started sends anything
                    "--cluster.gossip-interval=50ms"));
            gossip.forEach(peer -> command.add("--cluster.peer=" + peer));
            alertmanagers.add(start(work, "alertmanager-" + index, command, web.get(index)));
        }
        // one directory, as it is one path on two machines: the path decides at which moment of a second rules are
        // evaluated
        Path ops = Files.createDirectory(work.resolve("prometheus"));
        OpsConfigs.unpack(ops);
        Path shipped = ops.resolve("ops/prometheus/prometheus.yml");
        Files.writeString(
                shipped.resolveSibling("targets/cryptobot/bots.yml"), "- targets: [\"" + bot.authority() + "\"]\n");
        // the shipped rule needs a minute to begin and a minute to end; here only the number of messages counts
        StackFiles.render(
                shipped.resolveSibling("rules/cryptobot_desktop.yml"),
                Map.of("[1m] offset 1m", "[10s] offset 10s", "keep_firing_for: 1m", "keep_firing_for: 5s"));
        for (int replica = 1; replica <= 2; replica++) {
            String address = loopback(ports[5 + replica]);
            Path config = Files.copy(shipped, shipped.resolveSibling("prometheus-" + replica + ".yml"));
            StackFiles.render(
                    config,
                    Map.of(
                            "replica: \"1\"",
                            "replica: \"" + replica + "\"",
                            "\"cryptobot-desktop:9100\"",
                            "",
                            "\"alertmanager:9093\"",
                            web.stream().collect(Collectors.joining("\", \"", "\"", "\"")),
                            "localhost:9090",
                            address));
            prometheus.add(start(
                    work,
                    "prometheus-" + replica,
                    List.of(
                            programs.prometheus().toString(),
                            "--config.file=" + config,
                            "--storage.tsdb.path=" + work.resolve("prometheus-data-" + replica),
                            "--web.listen-address=" + address,
                            "--rules.alert.resend-delay=30s"),
                    address));
        }
    }

    private Path alertmanagerConfig(Path home) throws IOException {
        OpsConfigs.unpack(home);
        Path config = home.resolve("ops/alertmanager/alertmanager.yml");
        Path secrets = Files.createDirectory(home.resolve("secrets"));
        Files.writeString(secrets.resolve("slack_api_url"), receivers.slackUrl());
        Files.writeString(secrets.resolve("pagerduty_routing_key"), "0".repeat(32));
        StackFiles.render(
                config,
                Map.of(
                        "https://events.pagerduty.com/v2/enqueue",
                        receivers.pagerDutyUrl(),
                        "127.0.0.1:9095",
                        "127.0.0.1:" + receivers.port(),
                        "/etc/alertmanager/secrets/",
                        secrets + "/",
                        "group_interval: 30s",
                        "group_interval: " + GROUP_INTERVAL.toMillis() + "ms"));
        return config;
    }

    private static Member start(Path work, String name, List<String> command, String address) throws IOException {
        ManagedProcess process = ManagedProcess.start(
                new StackPart(name, command, Map.of()), Lifetime.WITH_STARTER, work.resolve(name + ".log"));
        return new Member(process, URI.create("http://" + address));
    }

    private static String loopback(int port) {
        return "127.0.0.1:" + port;
    }

    private void awaitComplete() {
        for (Member member : alertmanagers) {
            await(
                    "the cluster is complete",
                    () -> member.get("/api/v2/status").contains("\"status\":\"ready\"")
                            && member.metric("alertmanager_cluster_members") == alertmanagers.size());
        }
        for (Member member : prometheus) {
            await(
                    "Prometheus scrapes and knows every Alertmanager",
                    () -> member.get("/api/v1/query?query=count_over_time(cryptobot_up%5B1m%5D)%3E2")
                                    .contains("\"value\"")
                            && IntStream.range(0, alertmanagers.size())
                                    .allMatch(index -> known(member).contains(authority(alertmanagers.get(index)))));
        }
    }

    private static String known(Member prometheus) {
        try {
            return prometheus.get("/api/v1/alertmanagers");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String authority(Member member) {
        return String.valueOf(member.address().getAuthority());
    }

    /** Waits until it is so; fails with what every part said last. */
    void await(String what, Await.Condition condition) {
        Await.within(PATIENCE)
                .showing(() -> receivers.received() + "; "
                        + members().stream()
                                .map(member -> member.process().diagnosis())
                                .toList())
                .until(what, condition);
    }

    private List<Member> members() {
        List<Member> members = new ArrayList<>(prometheus);
        members.addAll(alertmanagers);
        return members;
    }

    @Override
    public void close() {
        members().forEach(member -> member.process().terminate());
        members().forEach(member -> member.process().close());
        receivers.close();
        bot.close();
    }
}
