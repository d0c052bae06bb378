package io.cryptobot.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.jar.Attributes;
import org.junit.jupiter.api.Test;

class BuildInfoTest {
    @Test
    void comesFromTheManifest() {
        Attributes manifest = new Attributes();
        manifest.putValue("Implementation-Version", "1.2.3");
        manifest.putValue("Implementation-Build", "0a1b2c3");
        assertThat(BuildInfo.of(manifest, "17.0.1")).isEqualTo(new BuildInfo("1.2.3", "0a1b2c3", "17.0.1"));
    }

    @Test
    void isUnknownWhereNothingIsSaid() {
        assertThat(BuildInfo.of(new Attributes(), "17.0.1")).isEqualTo(new BuildInfo("unknown", "unknown", "17.0.1"));
        assertThat(BuildInfo.ofThisJar().jdk()).isEqualTo(System.getProperty("java.version"));
    }
}
