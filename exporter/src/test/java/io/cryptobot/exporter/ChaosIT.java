package io.cryptobot.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.exporter.exposition.ExpositionFormat;
import io.cryptobot.testing.Await;
import io.cryptobot.testing.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Twenty bots are started, stopped, killed and upgraded, and some of their files deleted, while four scrapers look. They
 * share three processes, because a JVM takes a second to start here; a kill is a real SIGKILL of a process.
 *
 * <pre>
 * mvn -pl exporter verify -Dtest=None -Dit.test=ChaosIT [-Dchaos.seconds=60] [-Dchaos.seed=N]
 * </pre>
 */
class ChaosIT {
    private static final long SECONDS = Long.getLong("chaos.seconds", 10);
    private static final int PROCESSES = 3;
    private static final int BOTS = 20;
    private static final int SCRAPERS = 4;
    /** As many closed files may stay mapped, until the exporter asks for a garbage collection. */
    private static final int MAX_CLOSED_FILES = 64;

    private static final Pattern COUNT = Pattern.compile("(.*)_(?:total|bucket|count)(\\{.*\\})");
    private static final Pattern BOT = Pattern.compile("[{,]bot=\"([^\"]*)\"");

    private final long seed = Long.getLong("chaos.seed", System.nanoTime());
    private final Map<String, AtomicInteger> deletions = new ConcurrentHashMap<>();
    private volatile boolean over;
    private Path directory;
    private Path run;

    @BeforeEach
    void useSharedMemory() throws IOException {
        Path sharedMemory = Path.of("/dev/shm");
        directory = Files.isDirectory(sharedMemory)
                ? Files.createTempDirectory(sharedMemory, "cryptobot-chaos")
                : Files.createTempDirectory("cryptobot-chaos");
        run = directory.resolve("run");
    }

    @AfterEach
    void removeTheFiles() throws IOException {
        TestBots.deleteAll(directory);
    }

    @Test
    void everyPageIsWholeNoCountFallsAndNothingLeaks() throws Exception {
        System.out.println("chaos, seed " + seed);
        Random random = new Random(seed);
        List<Group> groups = new ArrayList<>();
        ExecutorService scrapers = Executors.newFixedThreadPool(SCRAPERS);
        try (ExporterProcess exporter = new ExporterProcess(run, directory, "96m")) {
            List<Future<Scraper>> scraping = new ArrayList<>();
            for (int number = 0; number < SCRAPERS; number++) {
                ExpositionFormat format = ExpositionFormat.values()[number % 2];
                scraping.add(scrapers.submit(new Scraper(exporter, format)));
            }
            for (int process = 0; process < PROCESSES; process++) {
                groups.add(new Group(process));
            }
            long start = System.nanoTime();
            while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(SECONDS)
                    && scraping.stream().noneMatch(Future::isDone)) {
                groups.get(random.nextInt(PROCESSES)).disturb(random);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(100)));
            }
            for (Group group : groups) {
                group.restart();
                group.awaitReady();
            }
            over = true;
            int pages = 0;
            for (Future<Scraper> future : scraping) {
                Scraper scraper = future.get(60, TimeUnit.SECONDS);
                pages += scraper.pages;
                PythonReader.read(scraper.format, scraper.last);
            }
            // A bot that gets no CPU for three seconds counts as dead meanwhile.
            Await.awaitValue(
                    "all bots are back",
                    () -> exporter.page(ExpositionFormat.TEXT)
                            .lines()
                            .filter(line -> line.startsWith("cryptobot_up{") && line.endsWith(" 1.0"))
                            .count(),
                    up -> up == BOTS);
            assertThat(exporter.openCountersFiles()).hasSize(BOTS).noneMatch(file -> file.endsWith("(deleted)"));
            long mapped = exporter.mappedCountersFiles();
            assertThat(mapped).isBetween((long) BOTS, (long) BOTS + MAX_CLOSED_FILES);
            int starts = groups.stream().mapToInt(group -> group.starts).sum();
            int deleted =
                    deletions.values().stream().mapToInt(AtomicInteger::get).sum();
            System.out.printf(
                    "chaos, seed %d: %d s, %d starts of processes, %d files deleted, %d pages, %d mappings left%n",
                    seed, SECONDS, starts, deleted, pages, mapped);
            assertThat(pages).as("pages that were looked at").isGreaterThan(SCRAPERS * 10);
        } finally {
            over = true;
            groups.forEach(Group::end);
            scrapers.shutdownNow();
        }
    }

    /** Some of the bots, in one process. Confined to the test's thread. */
    private final class Group {
        private final List<String> names = new ArrayList<>();
        private Process process;
        private int version;
        private int starts;

        Group(int number) throws IOException {
            for (int bot = number; bot < BOTS; bot += PROCESSES) {
                names.add("bot-" + bot);
                deletions.put("bot-" + bot, new AtomicInteger());
            }
            process = start();
        }

        void disturb(Random random) throws Exception {
            if (random.nextInt(3) > 0) { // otherwise it is interrupted while it starts
                awaitReady();
            }
            if (random.nextInt(4) > 0) {
                kill();
            } else {
                stop();
            }
            if (random.nextInt(3) == 0) {
                String name = names.get(random.nextInt(names.size()));
                deletions.get(name).incrementAndGet();
                Files.deleteIfExists(run.resolve(name + ".counters"));
            }
            version += random.nextInt(3) > 0 ? 1 : 0;
            process = start();
        }

        void restart() throws Exception {
            kill();
            process = start();
        }

        void awaitReady() throws IOException {
            if (process.getInputStream().available() == 0) {
                assertThat(process.inputReader().readLine()).as("seed %d", seed).isEqualTo("ready");
            }
        }

        private void kill() throws InterruptedException {
            process.toHandle().destroyForcibly();
            process.waitFor();
        }

        private void stop() throws Exception {
            try {
                process.getOutputStream().write('\n');
                process.getOutputStream().flush();
            } catch (IOException e) {
                throw new AssertionError("the bots of version " + version + " have ended, seed " + seed, e);
            }
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }

        private Process start() {
            starts++;
            return ChildProcess.java(ChaosBots.class, run, version)
                    .arguments(names.toArray())
                    .fastStart()
                    .options("-Xmx64m")
                    .piped()
                    .start()
                    .process();
        }

        void end() {
            process.destroyForcibly();
        }
    }

    /** Looks at one format until it is over. Confined to its thread. */
    private final class Scraper implements Callable<Scraper> {
        private final ExporterProcess exporter;
        private final ExpositionFormat format;
        private final Map<String, Integer> falls = new HashMap<>();
        private Map<String, Double> before = Map.of();
        private String last = "";
        private int pages;

        Scraper(ExporterProcess exporter, ExpositionFormat format) {
            this.exporter = exporter;
            this.format = format;
        }

        @Override
        public Scraper call() throws Exception {
            while (!over) {
                last = exporter.page(format);
                Map<String, Double> now = StrictReader.read(format, last).samples();
                now.forEach((series, value) -> {
                    double previous = before.getOrDefault(series, 0.0);
                    if (COUNT.matcher(series).matches() && value < previous) {
                        checkFall(series, previous, value, now);
                    }
                });
                // what is off the page for a moment must not fall meanwhile
                Map<String, Double> seen = new HashMap<>(before);
                seen.putAll(now);
                before = seen;
                pages++;
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
            return this;
        }

        /** A count may fall when its file was deleted, and that of a histogram when it got other bounds. */
        private void checkFall(String series, double previous, double value, Map<String, Double> now) {
            Matcher count = COUNT.matcher(series);
            Matcher bot = BOT.matcher(series);
            assertThat(count.matches() && bot.find()).as(series).isTrue();
            String created = count.group(1) + "_created" + count.group(2).replaceAll(",?le=\"[^\"]*\"", "");
            String what = "seed " + seed + ": " + series + " from " + previous + " to " + value;
            if (now.containsKey(created)) {
                assertThat(now.get(created)).as(what).isGreaterThan(before.getOrDefault(created, 0.0));
            }
            if (!series.startsWith("sizes_")) {
                assertThat(falls.merge(series, 1, Integer::sum))
                        .as(what)
                        .isLessThanOrEqualTo(deletions.get(bot.group(1)).get());
            }
        }
    }
}
