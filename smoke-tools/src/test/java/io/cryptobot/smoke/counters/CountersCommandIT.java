package io.cryptobot.smoke.counters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cryptobot.smoke.CommandRun;
import io.cryptobot.smoke.JsonSchemas;
import io.cryptobot.smoke.SmokeTools;
import io.cryptobot.telemetry.MetricCatalog;
import io.cryptobot.telemetry.OrderMetrics;
import io.cryptobot.telemetry.OrderMode;
import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.testing.ChildProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command as a person runs it; the bot is this process, or one that is killed. */
class CountersCommandIT {
    private static final InstanceName BOT = new InstanceName("mybot");

    @TempDir
    Path directory;

    private final Map<String, String> environment = new HashMap<>();
    private Path file;

    @BeforeEach
    void nameTheBot() {
        environment.put("CRYPTOBOT_RUN_DIR", directory.toString());
        environment.put("CRYPTOBOT_INSTANCE", BOT.value());
        file = new RunDirectory(directory).countersFile(BOT);
    }

    @Test
    void showsARunningBotWithItsSeries() {
        try (Telemetry telemetry = open()) {
            countSome(telemetry);
            telemetry.tradingLoopBeat();
            CommandRun run = run("show");

            assertThat(run.exitCode()).isZero();
            assertThat(run.err()).isEmpty();
            assertThat(run.out())
                    .containsPattern("(?m)^bot +mybot$")
                    .containsPattern("(?m)^pid +" + ProcessHandle.current().pid() + "$")
                    .containsPattern("(?m)^state +running$")
                    .containsPattern("(?m)^started +20\\d\\d-.*Z$")
                    .containsPattern("(?m)^restarts +0$")
                    .containsPattern("(?m)^trading loop +turn 1 at 20\\d\\d-.*Z$")
                    .containsPattern("(?m)^cryptobot_orders_submitted_total\\{mode=\"live\"} +10$")
                    .containsPattern("(?m)^cryptobot_orders_failed_total\\{mode=\"live\"} +4$")
                    .containsPattern("(?m)^cryptobot_order_latency\\{mode=\"live\"} +count 10  p50 62\\.5  p95 73\\.8"
                            + "  p99 74\\.8  sum 600$")
                    .containsPattern("(?m)^cryptobot_order_latency\\{mode=\"paper\"} +count 0  p50 -")
                    .doesNotContain("damaged");
        }
    }

    @Test
    void tellsAStopFromACrashAndReadsTheDeadBotsFileAnywhere() throws Exception {
        try (Telemetry telemetry = open()) {
            countSome(telemetry);
        }
        assertThat(run("show").out()).containsPattern("(?m)^state +stopped cleanly$");

        killABot();
        Path copy = Files.copy(file, directory.resolve("evidence"));
        environment.put("CRYPTOBOT_INSTANCE", "another");
        CommandRun run = run("show", "--file", copy.toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .containsPattern("(?m)^bot +mybot$")
                .containsPattern("(?m)^state +crashed or killed$")
                .containsPattern("(?m)^restarts +1$")
                .containsPattern("(?m)^trading loop +not reported$")
                .containsPattern("(?m)^cryptobot_orders_failed_total\\{mode=\"live\"} +8$");
        assertThat(run("show", "--bot=mybot").out()).containsPattern("(?m)^state +crashed or killed$");
    }

    @Test
    void watchesWithTheRatePerSecond() throws Exception {
        try (Telemetry telemetry = open()) {
            CountDownLatch stop = new CountDownLatch(1);
            Thread trading = new Thread(() -> {
                while (stop.getCount() > 0) {
                    telemetry.orders(OrderMode.LIVE).submitted().inc();
                    Thread.onSpinWait();
                }
            });
            trading.start();
            CommandRun run = run("watch", "--count=2");
            stop.countDown();
            trading.join();

            assertThat(run.exitCode()).isZero();
            assertThat(run.out().split("(?m)^state +running$", -1)).hasSize(3);
            assertThat(run.out())
                    .containsPattern("(?m)^cryptobot_orders_submitted_total\\{mode=\"live\"} +\\d+$")
                    .containsPattern("(?m)^cryptobot_orders_submitted_total\\{mode=\"live\"} +\\d+  [1-9][0-9.]*/s$")
                    .containsPattern("(?m)^cryptobot_orders_failed_total\\{mode=\"live\"} +0  0\\.0/s$");
        }
        assertThat(run("watch", "--count=0").exitCode()).isEqualTo(2);
    }

    /** {@code docs/counters-file.md} is enough to read the file in another language: the example was written from it. */
    @Test
    void dumpsWhatAReaderInAnotherLanguageReads() throws Exception {
        for (int run = 0; run < 2; run++) { // both sets of stripes
            try (Telemetry telemetry = open()) {
                countSome(telemetry);
                telemetry.orders(OrderMode.PAPER).latency().record(0.25);
                telemetry.recordError("refused für immer");
                awaitTheNextMillisecond(); // so that their order is one
                telemetry.recordError("again");
            }
        }
        ChildProcess.Result python = ChildProcess.program("python3", "../docs/read_counters.py", file)
                .errors(ProcessBuilder.Redirect.INHERIT)
                .run();
        assertThat(python.exitCode()).isZero();
        JsonNode theirs = new ObjectMapper().readTree(python.output());
        JsonNode ours = new ObjectMapper().readTree(run("dump", "--json").out());
        for (String field : List.of("bot", "pid", "restarts", "heartbeatSequence", "loopMs", "errors")) {
            assertThat(theirs.get(field)).as(field).isEqualTo(ours.get(field));
        }
        assertThat(theirs.get("errors").findValuesAsText("text")).containsExactly("again", "refused für immer");
        assertThat(theirs.get("series")).hasSameSizeAs(ours.get("series")).hasSizeGreaterThan(40);
        for (int index = 0; index < ours.get("series").size(); index++) {
            assertThat(numbers(theirs.get("series").get(index)))
                    .isEqualTo(numbers(ours.get("series").get(index)));
        }
    }

    private static void awaitTheNextMillisecond() {
        long now = System.currentTimeMillis();
        while (System.currentTimeMillis() <= now) {
            Thread.onSpinWait();
        }
    }

    /** A series with its numbers, however they are written. */
    private static List<Object> numbers(JsonNode series) {
        List<Object> numbers = new ArrayList<>(List.of(series.get("name"), series.get("type"), series.get("labels")));
        numbers.add(series.get("createdMs").asLong());
        for (String field : List.of("value", "count", "sum")) {
            numbers.add(series.path(field).asDouble());
        }
        series.path("buckets")
                .forEach(bucket -> numbers.add(bucket.path("count").asLong(bucket.asLong())));
        return numbers;
    }

    /** As {@code cryptobot counters watch | head -1} does; and a dump to a full disk is no dump. */
    @Test
    void endsWhenNobodyReadsItAndSaysThatADumpIsIncomplete() {
        try (Telemetry telemetry = open()) {
            countSome(telemetry);
            assertThat(runInto(nobody(), "watch")).isZero();
            assertThat(runInto(nobody(), "dump", "--json")).isEqualTo(1);
        }
    }

    private int runInto(OutputStream output, String... arguments) {
        CommandLine command = SmokeTools.commandLine(environment)
                .setOut(new PrintWriter(output, true))
                .setErr(new PrintWriter(OutputStream.nullOutputStream(), true));
        return assertTimeoutPreemptively(
                Duration.ofSeconds(30), () -> command.execute(CommandRun.arguments(List.of("counters"), arguments)));
    }

    private static OutputStream nobody() {
        return new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
    }

    @Test
    void printsTextsOfTheFileThatCannotSteerATerminalAndValuesWithin80Columns() {
        try (Telemetry telemetry = open()) {
            telemetry
                    .counter(MetricCatalog.ORDERS_FAILED_BY_REASON, "ev\u001b[31mil\u009b31m\u202e\u2028x", "live", "y")
                    .inc(3);
            telemetry
                    .counter(MetricCatalog.ORDERS_FAILED_BY_REASON, "kraken", "live", "insufficient_funds")
                    .inc(4);
            telemetry.recordError("refused \u009b2J by\u202e x\nspoofed");
            String out = run("show").out() + run("errors").out();
            assertThat(out).doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\n]]");
            assertThat(out)
                    .contains("reason=\"insufficient_funds\"}  4\n", "refused  2J by  x spoofed\n")
                    .containsPattern("(?m)^cryptobot_orders_submitted_total\\{mode=\"live\"} {1,30}0$");
        }
    }

    @Test
    void dumpsOneJsonDocumentWithBuckets() throws Exception {
        try (Telemetry telemetry = open()) {
            countSome(telemetry);
            telemetry.recordError("refused, apiKey=canary");
        }
        CommandRun run = run("dump", "--json");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).doesNotContain("canary");
        JsonNode document = JsonSchemas.assertPublished(run.out());
        assertThat(document.get("schema").asText()).isEqualTo("cryptobot.counters/v1");
        assertThat(document.get("state").asText()).isEqualTo("stopped");
        assertThat(document.get("errors").get(0).get("text").asText()).isEqualTo("refused, apiKey=***");
        JsonNode latency = null;
        for (JsonNode series : document.get("series")) {
            if (series.get("name").asText().equals("cryptobot_order_latency")
                    && series.get("labels").get("mode").asText().equals("live")) {
                latency = series;
            }
        }
        assertThat(latency).isNotNull();
        assertThat(latency.get("count").asLong()).isEqualTo(10);
        assertThat(latency.get("sum").asDouble()).isEqualTo(600);
        assertThat(latency.get("buckets")).hasSize(19);
        assertThat(latency.get("buckets").get(4).toString()).isEqualTo("{\"le\":\"75\",\"count\":10}");
        assertThat(latency.get("buckets").get(18).toString()).isEqualTo("{\"le\":\"+Inf\",\"count\":10}");
        assertThat(run("dump").exitCode()).as("there is no other form").isEqualTo(2);
    }

    @Test
    void printsTheLastDistinctErrors() {
        try (Telemetry telemetry = open()) {
            assertThat(run("errors").out()).isEqualTo("no errors\n");
            telemetry.recordError("exchange refuses\ntwice, secret=canary");
            telemetry.recordError("exchange refuses\ntwice, secret=canary");

            CommandRun run = run("errors");
            assertThat(run.exitCode()).isZero();
            assertThat(run.out())
                    .matches("2 x  first 20\\S+Z  last 20\\S+Z  exchange refuses twice, secret=\\*\\*\\*\n");
        }
    }

    @Test
    void saysInOneLineWhatIsWrongWithAFile() throws Exception {
        assertRefused("does not exist", "is the bot's name right (--bot)");
        open().close();
        byte[] good = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(good, good.length / 2));
        assertRefused("bytes instead of", "a running bot makes a new file");
        Files.writeString(file, "x".repeat(10_000));
        assertRefused("is not a counters file", "name the right bot");
        write(good, 100, 1);
        assertRefused("has a damaged header", "a running bot makes a new file");
        write(good, 8, 9);
        assertRefused("has format version 9", "same release as the bot");
        Files.write(file, good);
        Files.move(file, new RunDirectory(directory).countersFile(new InstanceName("other")));
        environment.put("CRYPTOBOT_INSTANCE", "other");
        CommandRun run = run("show");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("belongs to the bot 'mybot', not to 'other'");
        environment.put("CRYPTOBOT_INSTANCE", "../etc");
        assertThat(run("show").exitCode()).isEqualTo(3);
        assertThat(run("show", "--bot=a", "--file=b").exitCode()).isEqualTo(2);
    }

    @Test
    void countsDamagedRecords() throws Exception {
        try (Telemetry telemetry = open()) {
            countSome(telemetry);
        }
        write(Files.readAllBytes(file), 640 + 100, 0x41);
        CommandRun run = run("show");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).containsPattern("(?m)^damaged records +1, left out below$");
        assertThat(new ObjectMapper()
                        .readTree(run("dump", "--json").out())
                        .get("damagedRecords")
                        .asInt())
                .isEqualTo(1);
    }

    private void assertRefused(String cause, String nextStep) {
        for (String command : new String[] {"show", "errors"}) {
            CommandRun run = run(command);
            assertThat(run.exitCode()).isEqualTo(3);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).contains(file.toString(), cause, nextStep);
            assertThat(run.err().lines()).hasSize(1);
        }
    }

    private void write(byte[] good, int offset, int value) throws IOException {
        Files.write(file, good);
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(offset);
            raw.write(value);
        }
    }

    private Telemetry open() {
        return Telemetry.open(new TelemetrySettings(BOT, new RunDirectory(directory)));
    }

    private static void countSome(Telemetry telemetry) {
        OrderMetrics live = telemetry.orders(OrderMode.LIVE);
        for (int order = 0; order < 10; order++) {
            live.submitted().inc();
            live.latency().update(60);
        }
        live.failed().inc(4);
    }

    private void killABot() {
        try (ChildProcess bot = ChildProcess.java(CrashingBot.class, directory).start()) {
            bot.awaitOutput("counted\n");
            assertThat(bot.output()).isEqualTo("counted\n");
        }
    }

    /** Counts and waits to be killed. */
    static final class CrashingBot {
        public static void main(String[] arguments) throws Exception {
            Telemetry telemetry = Telemetry.open(new TelemetrySettings(BOT, new RunDirectory(Path.of(arguments[0]))));
            countSome(telemetry);
            System.out.println("counted");
            new CountDownLatch(1).await();
        }
    }

    private CommandRun run(String command, String... options) {
        return CommandRun.of(environment, List.of("counters", command), options);
    }
}
