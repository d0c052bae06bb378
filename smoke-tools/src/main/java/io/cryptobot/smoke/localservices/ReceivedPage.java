package io.cryptobot.smoke.localservices;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The page for people: static files, whose script shows the document of {@code /_received}. Stateless. */
final class ReceivedPage {
    private static final Map<String, Answer> FILES = Map.of(
            "/", file("page.html", "text/html"),
            "/page.js", file("page.js", "text/javascript"),
            "/page.css", file("page.css", "text/css"));

    private ReceivedPage() {}

    /** {@return the file at a path; null if there is none} */
    static @Nullable Answer at(String path) {
        return FILES.get(path);
    }

    private static Answer file(String name, String contentType) {
        try (InputStream file = requireNonNull(ReceivedPage.class.getResourceAsStream(name), name)) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(
                    200,
                    contentType + "; charset=utf-8",
                    text,
                    Map.of(
                            "Content-Security-Policy",
                            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
