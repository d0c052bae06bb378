package io.cryptobot.smoke.localservices;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A page as a headless Chromium has it once its script has run. Stateless. */
final class RenderedPage {
    private RenderedPage() {}

    /**
     * {@return the markup of the page's main part}
     *
     * @param work an empty directory for the browser
     */
    static String main(String address, Path work) throws IOException, InterruptedException {
        Path errors = work.resolve("chromium.log");
        Process chromium = new ProcessBuilder(List.of(
                        System.getenv().getOrDefault("CRYPTOBOT_CHROMIUM", "chromium"),
                        "--headless=new",
                        // as root, and in most containers, Chromium cannot make its sandbox; it sees our own page only
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--disable-background-networking",
                        "--no-first-run",
                        "--no-proxy-server",
                        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                        "--user-data-dir=" + work,
                        "--enable-logging=stderr",
                        "--virtual-time-budget=1000",
                        "--dump-dom",
                        address))
                .redirectError(errors.toFile())
                .start();
        try {
            String page = new String(chromium.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(chromium.waitFor(60, TimeUnit.SECONDS))
                    .as("Chromium ends")
                    .isTrue();
            // violations of the content policy, errors of the script, failed requests
            assertThat(errors).content().doesNotContain("CONSOLE");
            return page.substring(page.indexOf("<main>"), page.indexOf("</main>"));
        } finally {
            chromium.descendants().forEach(ProcessHandle::destroyForcibly);
            chromium.destroyForcibly().waitFor();
        }
    }
}
