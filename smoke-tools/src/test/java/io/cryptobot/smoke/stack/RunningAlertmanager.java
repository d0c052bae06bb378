package io.cryptobot.smoke.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.cryptobot.smoke.chain.HttpProbe;
import io.cryptobot.smoke.localservices.LocalServices;
import io.cryptobot.smoke.localservices.Received;
import io.cryptobot.testing.Await;
import io.cryptobot.testing.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The real Alertmanager alone, with the shipped configuration, and the local services that it sends to. */
final class RunningAlertmanager implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final LocalServices receivers = LocalServices.start(0);
    private final StackFiles files;
    private final ManagedProcess process;
    private final URI address;

    /** @param changes texts of its configuration, and what stands in their place */
    RunningAlertmanager(Path work, Map<String, String> changes) throws IOException, InterruptedException {
        files = StackFiles.in(work);
        URI unused = StackAddresses.loopback(1);
        address = StackAddresses.loopback(FreePorts.choose());
        StackAddresses addresses =
                new StackAddresses(unused, unused, unused, address, URI.create(receivers.pageUrl()), unused);
        files.configure(addresses);
        StackFiles.render(files.ops("alertmanager/alertmanager.yml"), changes);
        process = ManagedProcess.start(
                new StackParts(Programs.find(System.getenv()), files, addresses).alertmanager(),
                Lifetime.WITH_STARTER,
                files.log("alertmanager"));
        await("Alertmanager is ready", () -> HttpProbe.isReady(address));
    }

    /** {@return a file of the unpacked configuration} */
    Path ops(String file) {
        return files.ops(file);
    }

    /** {@return what it has sent} */
    Received received() {
        return receivers.received();
    }

    JsonNode json(String path) throws IOException, InterruptedException {
        return HttpProbe.json(address.resolve(path));
    }

    /** Posts alerts as Prometheus does. */
    void post(JsonNode alerts) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address.resolve("/api/v2/alerts"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(alerts.toString()))
                .build();
        var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    void await(String what, Await.Condition condition) {
        Await.within(PATIENCE)
                .failingWhen(() -> !process.isAlive())
                .showing(() -> process.diagnosis() + "; received: " + received())
                .until(what, condition);
    }

    @Override
    public void close() throws IOException {
        process.close();
        receivers.close();
        files.delete();
    }
}
