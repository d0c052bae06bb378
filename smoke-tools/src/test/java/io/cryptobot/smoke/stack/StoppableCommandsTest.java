package io.cryptobot.smoke.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StoppableCommandsTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofSeconds(30);

    private final List<String> ended = new CopyOnWriteArrayList<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final StoppableCommands commands = new StoppableCommands(this::run);
    private final Thread story = new Thread(() -> {
        commands.run("first");
        commands.run("second");
    });

    private int run(String... arguments) {
        begun.countDown();
        try {
            mayEnd.await();
            ended.add(arguments[0]);
        } catch (InterruptedException e) {
            ended.add(arguments[0] + " interrupted");
        }
        return 7;
    }

    @BeforeEach
    void nobodyWaitsForTheStory() {
        story.setDaemon(true); // it never ends
    }

    @AfterEach
    void letTheCommandEnd() {
        mayEnd.countDown();
    }

    @Test
    void passesTheExitCodeOn() {
        mayEnd.countDown();

        assertThat(commands.run("one")).isEqualTo(7);
        assertThat(commands.run("two")).isEqualTo(7);
        assertThat(ended).containsExactly("one", "two");
    }

    @Test
    void waitsForTheCommandThatIsUnderWayAndLetsNoOtherBegin() throws Exception {
        story.start();
        begun.await();
        FutureTask<Boolean> stop = new FutureTask<>(() -> commands.stop(LONG));
        Thread stopper = new Thread(stop);
        stopper.start();
        while (stopper.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait(); // so that the command really is under way when it is stopped
        }

        mayEnd.countDown();

        assertThat(stop.get()).isTrue();
        assertNothingElseRuns();
        assertThat(ended).containsExactly("first");
    }

    @Test
    void interruptsACommandThatHangs() throws Exception {
        story.start();
        begun.await();

        commands.stop(SHORT);

        while (ended.isEmpty()) {
            Thread.onSpinWait();
        }
        assertNothingElseRuns();
        assertThat(ended).containsExactly("first interrupted");
    }

    @Test
    void doesNotWaitForEverForACommandThatIsDeafToo() throws Exception {
        StoppableCommands deaf = new StoppableCommands(arguments -> {
            begun.countDown();
            boolean waits = true;
            while (waits) {
                try {
                    mayEnd.await();
                    waits = false;
                } catch (InterruptedException e) {
                    ended.add("interrupted");
                }
            }
            ended.add(arguments[0]);
            return 0;
        });
        Thread deafStory = new Thread(() -> {
            deaf.run("first");
            deaf.run("second");
        });
        deafStory.setDaemon(true);
        deafStory.start();
        begun.await();

        assertThat(deaf.stop(SHORT)).isFalse();

        mayEnd.countDown();
        deafStory.join(TimeUnit.MILLISECONDS.toMillis(200)); // it would run the second one now
        assertThat(ended).containsExactly("interrupted", "first");
    }

    private void assertNothingElseRuns() throws InterruptedException {
        story.join(TimeUnit.MILLISECONDS.toMillis(200)); // it would run the second one now
        assertThat(story.isAlive()).isTrue();
    }
}
