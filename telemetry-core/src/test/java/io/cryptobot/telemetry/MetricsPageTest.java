package io.cryptobot.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps docs/metrics.md equal to the catalogue; {@code -Ddocs.update=true} writes it anew. */
class MetricsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "metrics.md");

    @Test
    void docsPageSaysWhatTheCatalogueSays() throws IOException {
        String page = page();
        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE)
                .as(
                        "docs/metrics.md is generated: mvn -pl telemetry-core test -Dtest=MetricsPageTest -Ddocs.update=true")
                .hasContent(page);
    }

    private static String page() {
        StringBuilder page = new StringBuilder("""
                # Metrics

                Generated from `MetricCatalog`; to change this page, change the catalogue and run
                `mvn -pl telemetry-core test -Dtest=MetricsPageTest -Ddocs.update=true`.

                Every series of a bot also has the label `bot`, the bot's instance name, which the exporter adds. `mode` is `live` or
                `paper`; in `cryptobot_trading_mode` and `cryptobot_orders_blocked_total` also `halt`. All children of a
                family are written as 0 before the first order, because Prometheus cannot see the first increments of a
                counter that is born above 0.

                ## Written by the bot

                They are stored in the bot's counters file. Counters and histograms continue after a restart and are still
                exported after the bot has stopped; its gauges are not, except `cryptobot_trading_mode`.

                """);
        table(page, MetricCatalog.Source.BOT);
        page.append("""

                `cryptobot_order_latency` is in milliseconds, against the Prometheus convention of seconds, because the
                alerting plan's expression compares it with 750. Its buckets end at
                """);
        page.append(MetricCatalog.LATENCY_BOUNDS_MS.stream()
                .map(bound -> Long.toString(bound.longValue()))
                .collect(Collectors.joining(", ")));
        page.append(" and +Inf.\n\n## Derived by the exporter\n\n");
        table(page, MetricCatalog.Source.EXPORTER);
        page.append("""

                ## Written by the continuous drill

                `telemetry-smoke --alert-demo --every` has a counters file of its own, `alert-drill.counters`. Prometheus keeps only
                these four of its metrics (see `prometheus.yml`), because the drill is not a bot. They are exported between two
                runs too.

                """);
        table(page, MetricCatalog.Source.DRILL);
        page.append("""

                ## From the bot's Dropwizard registry

                Once a second all other metrics of the bot's `MetricRegistry` are copied to the counters file.

                | Dropwizard | exported as | name |
                |---|---|---|
                | gauge of a number or boolean | gauge | the name |
                | counter, since it can fall | gauge | the name |
                | meter | counter | the name and `_total` |
                | timer | summary in seconds | the name and `_seconds` |
                | histogram | summary | the name |

                Every character of a name other than letters, digits and `_` becomes `_`. Summaries have the quantiles 0.5,
                0.75, 0.95, 0.99 and 0.999 and a count, no sum. Counts continue after a restart; gauges and quantiles are not
                exported after the bot has stopped, after their metric was removed, and while it throws. When two metrics have
                the same name, or a metric has a name of the catalogue, the later one is left out and logged once. Series that
                do not fit into the file are counted in `cryptobot_telemetry_dropped_series`; `CRYPTOBOT_MAX_SERIES` makes room.

                The bot's registry also gets these gauges of its JVM; a group is left out when the registry already has a metric
                with its prefix:

                | name | meaning |
                |---|---|
                | `jvm_memory_heap_used_bytes`, `_committed_bytes`, `_max_bytes`, `_usage_ratio` | Java heap |
                | `jvm_memory_non_heap_used_bytes`, `_usage_ratio` | memory of the JVM outside the heap |
                | `jvm_memory_pools_<pool>_used_bytes`, `_used_after_gc_bytes`, `_usage_ratio` | the same by memory pool |
                | `jvm_gc_<collector>_collections`, `_seconds` | garbage collections since the start and the time they took |
                | `jvm_threads_current`, `_daemon`, `_peak`, `_total_started`, `_deadlocked`, `_runnable`, `_blocked`, `_waiting`, `_timed_waiting`, `_new`, `_terminated` | threads; states and deadlocks at most 10 s old |
                | `jvm_classloader_loaded_classes`, `_unloaded_classes` | classes |
                | `jvm_cpu_seconds` | CPU time of the process since its start |

                ## About the exporter

                The exporter's own metrics, such as the time of its last exposition and its memory, begin with
                `cryptobot_exporter_` too and have no label `bot`. OpenMetrics also gets the unit of every metric whose name
                ends with one (seconds, bytes, ratio) and, with `createdTimestamps: true` in `exporter.yml`, a series
                `<name>_created` beside each counter, histogram and summary: the time at which it began at 0.
                """);
        return page.toString();
    }

    private static void table(StringBuilder page, MetricCatalog.Source source) {
        page.append("| name | type | labels | unit | meaning |\n|---|---|---|---|---|\n");
        for (MetricCatalog metric : MetricCatalog.values()) {
            if (metric.source() == source) {
                page.append(List.of(
                                "`" + metric.prometheusName() + "`",
                                metric.type().prometheusName(),
                                String.join(", ", metric.labels()),
                                metric.unit(),
                                metric.help())
                        .stream()
                        .collect(Collectors.joining(" | ", "| ", " |\n")));
            }
        }
    }
}
