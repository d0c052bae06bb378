package io.cryptobot.smoke.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cryptobot.smoke.exchange.RandomWalk;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LocalStackIT {
    @Test
    void writesNothingWhenItWasEndedBeforeItStarted() throws IOException {
        LocalStack stack = LocalStack.prepare(Programs.find(System.getenv()), new RandomWalk(1, 0), 1);
        Path run = Path.of(String.valueOf(stack.environment().get("CRYPTOBOT_RUN_DIR")));
        assertThat(stack.directory()).exists();
        assertThat(run).exists();

        stack.close();

        assertThatThrownBy(() -> stack.start(part -> {}))
                .isInstanceOf(IOException.class)
                .hasMessage("the stack is being ended");
        assertThat(stack.directory()).doesNotExist();
        assertThat(run).doesNotExist();
        stack.close();
    }
}
