package io.cryptobot.telemetry.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CryptobotHomeTest {
    @Test
    void isTheWorkingDirectoryUnlessTheEnvironmentNamesOne() {
        Path workingDirectory = Path.of("").toAbsolutePath();

        assertThat(CryptobotHome.from(Map.of()).directory()).isEqualTo(workingDirectory);
        assertThat(CryptobotHome.from(Map.of("CRYPTOBOT_HOME", " ")).directory())
                .isEqualTo(workingDirectory);
        assertThat(CryptobotHome.from(Map.of("CRYPTOBOT_HOME", "/srv/bot/")).directory())
                .isEqualTo(Path.of("/srv/bot"));
    }

    @Test
    void namesTheFilesOfThePlan() {
        CryptobotHome home = CryptobotHome.from(Map.of("CRYPTOBOT_HOME", "/srv/bot"));

        assertThat(home.productionEnv()).isEqualTo(Path.of("/srv/bot/config/production.env"));
        assertThat(home.runtimeOverrides()).isEqualTo(Path.of("/srv/bot/config/runtime_overrides.json"));
        assertThat(home.orderLog()).isEqualTo(Path.of("/srv/bot/ops/logs/order_processor.log"));
        assertThat(home.postmortems()).isEqualTo(Path.of("/srv/bot/ops/postmortems"));
    }

    @Test
    void keepsStateInTheHomeUnlessTheEnvironmentNamesADirectory() {
        assertThat(CryptobotHome.from(Map.of("CRYPTOBOT_HOME", "/srv/bot")).stateDirectory())
                .isEqualTo(Path.of("/srv/bot/state"));
        assertThat(CryptobotHome.from(Map.of("CRYPTOBOT_STATE_DIR", "/var/lib/bot"))
                        .stateDirectory())
                .isEqualTo(Path.of("/var/lib/bot"));
    }
}
