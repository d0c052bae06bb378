package io.cryptobot.smoke.stack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cryptobot.ops.OpsConfigs;
import io.cryptobot.smoke.chain.HttpProbe;
import io.cryptobot.testing.Await;
import io.cryptobot.testing.ChildProcess;
import io.cryptobot.testing.FreePorts;
import io.cryptobot.testing.OneJdk;
import io.cryptobot.testing.RealEngines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A desktop behind NAT: a real Prometheus agent with the shipped agent.yml writes to a real Prometheus with the shipped rules,
 * through what stands in for the reverse proxy that docs/beyond-one-machine.md puts before it.
 */
@OneJdk
@RealEngines
class AgentIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PASSWORD = "correct horse";
    /** Twice the minute after which the rule for a loop that stands still fires. */
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir
    Path work;

    private final List<ManagedProcess> processes = new ArrayList<>();
    private final List<AutoCloseable> servers = new ArrayList<>();

    /** Lets through what has the desktop's password and goes to the one path; everything else gets its status. */
    private static final class Proxy implements AutoCloseable {
        private static final String ALLOWED =
                "Basic " + Base64.getEncoder().encodeToString(("desk-1:" + PASSWORD).getBytes(UTF_8));

        private final HttpClient client = HttpClient.newHttpClient();
        private final HttpServer server;
        private final URI target;
        private final Set<Integer> answers = ConcurrentHashMap.newKeySet();
        private volatile boolean outage;

        Proxy(URI target) throws IOException {
            this.target = target;
            server =
                    HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
            server.createContext("/api/v1/write", this::pass);
            server.start();
        }

        private void pass(HttpExchange exchange) throws IOException {
            try (exchange) {
                byte[] body = exchange.getRequestBody().readAllBytes();
                int status = 503;
                if (!ALLOWED.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                    status = 401;
                } else if (!outage) {
                    HttpRequest.Builder request = HttpRequest.newBuilder(target.resolve("/api/v1/write"))
                            .POST(BodyPublishers.ofByteArray(body));
                    for (String header :
                            List.of("Content-Type", "Content-Encoding", "X-Prometheus-Remote-Write-Version")) {
                        request.header(header, exchange.getRequestHeaders().getFirst(header));
                    }
                    HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
                    status = answer.statusCode();
                }
                answers.add(status);
                exchange.sendResponseHeaders(status, -1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable server : servers) {
            server.close();
        }
        processes.forEach(ManagedProcess::close);
    }

    @Test
    void rulesOnTheMonitoringHostFireForADesktopBehindNatAndAnOutageLosesNothing() throws Exception {
        OpsConfigs.unpack(work);
        Path prometheus = work.resolve("ops/prometheus");
        int[] ports = FreePorts.choose(2);
        URI host = URI.create("http://127.0.0.1:" + ports[0]);
        URI desktop = URI.create("http://127.0.0.1:" + ports[1]);
        BotPage bot = BotPage.start();
        servers.add(bot);
        Proxy proxy = new Proxy(host);
        servers.add(proxy);

        StackFiles.render(
                prometheus.resolve("prometheus.yml"),
                Map.of("\"cryptobot-desktop:9100\"", "", "localhost:9090", host.getAuthority()));
        start(
                "host",
                host,
                "--config.file=" + prometheus.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + work.resolve("host-data"),
                "--web.enable-remote-write-receiver");
        await("Prometheus is ready", () -> HttpProbe.isReady(host));

        StackFiles.render(
                prometheus.resolve("agent.yml"),
                Map.of(
                        "localhost:9100",
                        bot.authority(),
                        "https://monitoring.example.com",
                        "http://127.0.0.1:" + proxy.server.getAddress().getPort()));
        Files.createDirectory(prometheus.resolve("secrets"));
        Files.writeString(prometheus.resolve("secrets/remote_write_password"), PASSWORD);
        start(
                "agent",
                desktop,
                agentFlag(),
                "--config.file=" + prometheus.resolve("agent.yml"),
                "--storage.agent.path=" + work.resolve("agent-data"));

        await("the samples arrive", () -> query(host, "up{job=\"cryptobot-desktop\",instance=\"desk-1:9100\"} == 1"));
        proxy.outage = true;
        await("a write has failed", () -> proxy.answers.contains(503));
        await("four seconds are missing", () -> query(host, "time() - timestamp(cryptobot_up) > 4"));
        proxy.outage = false;
        bot.stopTheLoop();
        await(
                "the alert fires",
                () -> query(
                        host,
                        "ALERTS{alertname=\"CryptobotTradingLoopStale\",alertstate=\"firing\",instance=\"desk-1:9100\",bot=\"alpha\"}"));

        await("the outage has lost nothing", () -> longestGap(host) < 3);
        assertThat(proxy.answers).containsExactlyInAnyOrder(204, 503);
    }

    private static String agentFlag() {
        String text = ChildProcess.program(Programs.find(System.getenv()).prometheus(), "--help")
                .run()
                .output();
        return Pattern.compile("--(\\[no-])?agent\\b").matcher(text).find() ? "--agent" : "--enable-feature=agent";
    }

    private void start(String name, URI address, String... flags) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Programs.find(System.getenv()).prometheus().toString()));
        command.addAll(List.of(flags));
        command.add("--web.listen-address=" + address.getAuthority());
        processes.add(ManagedProcess.start(
                new StackPart(name, command, Map.of()), Lifetime.WITH_STARTER, work.resolve(name + ".log")));
    }

    private static boolean query(URI host, String query) throws IOException, InterruptedException {
        return ask(host, query).contains("\"value\"");
    }

    private static String ask(URI host, String query) throws IOException, InterruptedException {
        return HttpProbe.get(host.resolve("/api/v1/query?query=" + URLEncoder.encode(query, UTF_8)));
    }

    /** {@return the most seconds between two samples: there is one a second, and the outage took four or more} */
    private static double longestGap(URI host) throws IOException, InterruptedException {
        JsonNode samples =
                JSON.readTree(ask(host, "up{job=\"cryptobot-desktop\"}[5m]")).at("/data/result/0/values");
        double longest = 0;
        for (int index = 1; index < samples.size(); index++) {
            longest = Math.max(
                    longest,
                    samples.path(index).path(0).asDouble()
                            - samples.path(index - 1).path(0).asDouble());
        }
        return longest;
    }

    private void await(String what, Await.Condition condition) {
        Await.within(PATIENCE)
                .showing(() -> processes.stream().map(ManagedProcess::diagnosis).toList())
                .until(what, condition);
    }
}
