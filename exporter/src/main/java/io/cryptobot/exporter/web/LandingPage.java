package io.cryptobot.exporter.web;

import io.cryptobot.exporter.bots.Bot;
import io.cryptobot.exporter.bots.Bots;
import io.cryptobot.exporter.bots.UnreadableFile;

/**
 * The page for people at {@code /}. Immutable.
 *
 * @param version the exporter's version
 */
public record LandingPage(String version) {
    Response render(Bots bots) {
        StringBuilder list = new StringBuilder();
        for (Bot bot : bots.readable()) {
            list.append(item(bot.name().value(), bot.up() ? "up" : "down"));
        }
        for (UnreadableFile file : bots.unreadable()) {
            list.append(item(file.bot(), "unreadable: " + file.reason().label()));
        }
        if (list.isEmpty()) {
            list.append("<li>none: the run directory holds no counters files</li>\n");
        }
        String page = """
                <!DOCTYPE html>
                <html lang="en">
                <head><meta charset="utf-8"><title>CryptoBot exporter</title></head>
                <body>
                <h1>CryptoBot exporter</h1>
                <p>Counters of the trading bots on this host for Prometheus. Version %s.</p>
                <ul>
                <li><a href="/metrics">Metrics</a></li>
                <li><a href="/-/healthy">Healthy</a></li>
                <li><a href="/-/ready">Ready</a></li>
                </ul>
                <h2>Bots</h2>
                <ul>
                %s</ul>
                </body>
                </html>
                """.formatted(escape(version), list);
        return new Response(200, "text/html; charset=utf-8", page);
    }

    private static String item(String name, String state) {
        return "<li>" + escape(name) + ": " + escape(state) + "</li>\n";
    }

    /** A file's name is anybody's text. */
    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
