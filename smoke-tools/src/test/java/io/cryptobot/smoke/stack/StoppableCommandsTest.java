package io.cryptobot.smoke.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoppableCommandsTest {
    private static final Duration AT_ONCE = Duration.ZERO;
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
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        ended.add(arguments[0]);
        return 7;
    }

    @AfterEach
    void endTheStory() {
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
        story.setDaemon(true);
        story.start();
        begun.await();
        assertThat(commands.stop(AT_ONCE)).as("while one is under way").isFalse();

        FutureTask<Boolean> stop = new FutureTask<>(() -> commands.stop(LONG));
        Thread stopper = new Thread(stop);
        stopper.start();
        while (stopper.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait(); // what ends before somebody waits may be followed by another command
        }
        mayEnd.countDown();

        assertThat(stop.get()).isTrue();
        story.join(TimeUnit.MILLISECONDS.toMillis(200)); // it would run the second one now
        assertThat(ended).containsExactly("first");
    }
}
