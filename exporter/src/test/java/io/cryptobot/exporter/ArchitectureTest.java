package io.cryptobot.exporter;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.cryptobot.testing.Architecture;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = Architecture.platform();

    @Test
    void packagesFormNoCycle() {
        Architecture.noCycles("io.cryptobot.exporter").check(CLASSES);
    }

    @Test
    void usesNoInternalTypeOfTelemetry() {
        Architecture.internalTypesStayInside("io.cryptobot.telemetry").check(CLASSES);
    }
}
