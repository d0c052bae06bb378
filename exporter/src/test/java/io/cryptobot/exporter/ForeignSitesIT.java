package io.cryptobot.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.cryptobot.testing.OneJdk;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What a browser on the exporter's host sends to its admin connector, because some page of the web told it to. */
@OneJdk
class ForeignSitesIT {
    private static final String SOME_LOGGER = "io.cryptobot.some";

    @AutoClose
    private static RunningExporter exporter;

    @BeforeAll
    static void start(@TempDir Path run) throws Exception {
        exporter = new RunningExporter(run);
    }

    @AfterEach
    void resetLevel() {
        ((Logger) LoggerFactory.getLogger(SOME_LOGGER)).setLevel(null);
    }

    @Test
    void aForeignSiteNeitherTurnsTheLogOffNorReadsAThread() throws Exception {
        String[] foreign = {
            "Host: 127.0.0.1:9101\r\nOrigin: https://evil.example\r\n",
            "Host: 127.0.0.1:9101\r\nOrigin: null\r\n",
            "Host: 127.0.0.1:9101\r\nOrigin: http://127.0.0.1:8080\r\n",
            "Host: 127.0.0.1:9101\r\nSec-Fetch-Site: cross-site\r\n",
            "Host: localhost:9101\r\nSec-Fetch-Site: same-site\r\n",
            "Host: evil.example:9101\r\n",
            "Host: evil.example:9101\r\nOrigin: http://evil.example:9101\r\nSec-Fetch-Site: same-origin\r\n",
            "Host: 127.0.0.1.evil.example\r\n",
            "Host: localhost.\r\n"
        };
        for (String headers : foreign) {
            assertThat(turnLogOff(headers))
                    .as(headers)
                    .startsWith("HTTP/1.1 403 Forbidden\r\n")
                    .endsWith("\r\n\r\nforbidden\n");
            assertThat(level()).as(headers).isNull();
            assertThat(admin("GET /threads HTTP/1.1\r\n" + headers + "Connection: close\r\n\r\n"))
                    .as(headers)
                    .startsWith("HTTP/1.1 403 Forbidden\r\n");
        }
    }

    @Test
    void aPersonAndAProgramMay() throws Exception {
        String[] known = {
            "Host: 127.0.0.1:9101\r\n",
            "Host: localhost:9101\r\n",
            "Host: [::1]:9101\r\n",
            "Host: exporter:9101\r\n",
            "Host: 127.0.0.1:9101\r\nOrigin: http://127.0.0.1:9101\r\nSec-Fetch-Site: same-origin\r\n",
            "Host: 127.0.0.1:9101\r\nOrigin: http://127.0.0.1:9101\r\n",
            "Host: 127.0.0.1:9101\r\nSec-Fetch-Site: none\r\n"
        };
        for (String headers : known) {
            assertThat(turnLogOff(headers)).as(headers).startsWith("HTTP/1.1 200 OK\r\n");
            assertThat(level()).as(headers).isEqualTo(Level.OFF);
            resetLevel();
        }
    }

    @Test
    void aScraperMayCallTheExporterByAnyName() throws Exception {
        assertThat(RawHttp.exchange(
                        exporter.port(),
                        "HEAD /metrics HTTP/1.1\r\nHost: bot.example.com\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK\r\n");
    }

    private String turnLogOff(String headers) throws IOException {
        String form = "logger=" + SOME_LOGGER + "&level=OFF";
        return admin("POST /tasks/log-level HTTP/1.1\r\n" + headers
                + "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\nContent-Length: "
                + form.length() + "\r\n\r\n" + form);
    }

    private static Level level() {
        return ((Logger) LoggerFactory.getLogger(SOME_LOGGER)).getLevel();
    }

    private String admin(String request) throws IOException {
        return RawHttp.exchange(exporter.adminPort(), request);
    }
}
