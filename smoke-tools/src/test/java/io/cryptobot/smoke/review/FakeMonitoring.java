package io.cryptobot.smoke.review;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongConsumer;

/**
 * A Prometheus whose rules fired when the test says so, evaluated every 5 seconds, and an Alertmanager with the given silences.
 * It knows the few queries that the history asks; any path can be given another answer.
 */
public final class FakeMonitoring implements AutoCloseable {
    private static final long EVALUATION_SECONDS = 5;
    /** As Prometheus itself refuses it. */
    private static final long MAX_POINTS = 11_000;

    private final List<Firing> firings = new ArrayList<>();
    private final Map<String, String> pages = new ConcurrentHashMap<>();
    private final HttpServer server;

    public FakeMonitoring() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", exchange -> {
            try (exchange) {
                String path = exchange.getRequestURI().getPath();
                String page = pages.get(path);
                if (page == null) {
                    page = answer(path, parameters(exchange.getRequestURI().getRawQuery()));
                }
                byte[] body = page.getBytes(StandardCharsets.UTF_8);
                // kept open, each answer would wait 40 ms for an acknowledgement
                exchange.getResponseHeaders().set("Connection", "close");
                exchange.sendResponseHeaders(page.isEmpty() ? 400 : 200, body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** {@return what a command needs to find both of them, and this home} */
    public Map<String, String> environment(Path home) {
        return Map.of(
                "CRYPTOBOT_HOME", home.toString(),
                "CRYPTOBOT_PROMETHEUS_URL", url(),
                "CRYPTOBOT_ALERTMANAGER_URL", url());
    }

    /** Answers this path with a page of its own; with HTTP 400 where that is empty. */
    public void set(String path, String page) {
        pages.put(path, page);
    }

    /** Lets an alert about the bot {@code b} have fired. */
    public void fired(String alert, String severity, Map<String, String> labels, String from, String to) {
        Map<String, String> all = new HashMap<>(Map.of("alertname", alert, "severity", severity, "bot", "b"));
        all.putAll(labels);
        firings.add(new Firing(all, Instant.parse(from), Instant.parse(to), false));
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new HashMap<>();
        for (String parameter : query == null ? new String[0] : query.split("&", -1)) {
            String[] parts = parameter.split("=", 2);
            parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return parameters;
    }

    private String answer(String path, Map<String, String> parameters) {
        String query = parameters.getOrDefault("query", "");
        switch (path) {
            case "/api/v2/silences", "/api/v2/alerts":
                return "[]";
            case "/api/v1/rules":
                return "{\"data\":{\"groups\":[{\"interval\":1,\"rules\":[{\"name\":\"A\"},{\"name\":\"Quiet\"},"
                        + "{\"name\":\"Watchdog\"}]}]}}";
            case "/api/v1/query_range":
                return counted(
                        seconds(parameters.get("start")),
                        seconds(parameters.get("end")),
                        seconds(parameters.get("step")));
            case "/api/v1/query":
                return query.startsWith("ALERTS")
                        ? samples(query, seconds(parameters.get("time")))
                        : "{\"data\":{\"result\":[{\"metric\":{},\"value\":[0,\"36.7\"]}]}}";
            default:
                return "";
        }
    }

    /** Parts of a second are left out: all that it knows happened at whole ones. */
    private static long seconds(String number) {
        return (long) Double.parseDouble(number);
    }

    private String counted(long start, long end, long step) {
        if ((end - start) / step > MAX_POINTS) {
            return "";
        }
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode result = answer.putObject("data").putArray("result");
        for (Map<String, String> labels :
                firings.stream().map(Firing::labels).distinct().toList()) {
            ArrayNode values = series(labels, result).putArray("values");
            SortedMap<Long, Integer> counts = new TreeMap<>();
            each(labels, start - 90, end, sample -> {
                long first = Math.max(start, start - Math.floorDiv(start - sample, step) * step);
                for (long point = first; point <= end && point < sample + 90; point += step) {
                    counts.merge(point, 1, Integer::sum);
                }
            });
            counts.forEach((point, count) -> values.addArray().add(point).add(String.valueOf(count)));
        }
        return answer.toString();
    }

    private String samples(String query, long time) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode result = answer.putObject("data").putArray("result");
        for (Map<String, String> labels :
                firings.stream().map(Firing::labels).distinct().toList()) {
            boolean range = query.endsWith("[90s]");
            boolean asked = !range
                    || labels.entrySet().stream()
                            .allMatch(label -> query.contains(
                                    label.getKey() + "=\"" + label.getValue().replace("\"", "\\\"") + "\""));
            List<Long> found = new ArrayList<>();
            each(labels, range ? time - 90 : time - EVALUATION_SECONDS, time, found::add);
            if (asked && !found.isEmpty()) {
                ArrayNode values = series(labels, result).putArray("values");
                found.forEach(sample -> values.addArray().add(sample).add("1"));
            }
        }
        return answer.toString();
    }

    private static ObjectNode series(Map<String, String> labels, ArrayNode result) {
        ObjectNode series = result.addObject();
        ObjectNode metric = series.putObject("metric").put("__name__", "ALERTS").put("alertstate", "firing");
        labels.forEach(metric::put);
        return series;
    }

    /** The samples after one moment and up to another. */
    private void each(Map<String, String> labels, long after, long upTo, LongConsumer sample) {
        for (Firing firing : firings) {
            if (firing.labels().equals(labels)) {
                for (long time = firing.from().getEpochSecond();
                        time <= firing.to().getEpochSecond();
                        time += EVALUATION_SECONDS) {
                    if (time > after && time <= upTo) {
                        sample.accept(time);
                    }
                }
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
