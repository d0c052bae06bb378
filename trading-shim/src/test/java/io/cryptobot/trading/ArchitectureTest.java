package io.cryptobot.trading;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.cryptobot.testing.Architecture;
import io.cryptobot.testing.PublicTypes;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String ROOT = "io.cryptobot.trading";
    private static final JavaClasses CLASSES = Architecture.platform();

    @Test
    void packagesFormNoCycle() {
        Architecture.noCycles(ROOT).check(CLASSES);
    }

    @Test
    void onlyTheFacadeUsesTheFeatures() {
        Architecture.onlyTheFacadeUsesTheFeatures(ROOT, "TradingShim").check(CLASSES);
    }

    @Test
    void onlyTheAdapterKnowsXChange() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".xchange..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.knowm..", "si.mazi..", "com.fasterxml..", ROOT + ".xchange..")
                .check(CLASSES);
    }

    @Test
    void usesNoInternalTypeOfTelemetry() {
        Architecture.internalTypesStayInside("io.cryptobot.telemetry").check(CLASSES);
    }

    @Test
    void publicTypesAreThoseOfTheList() {
        PublicTypes.in(CLASSES, ROOT).assertThatTheyAreThoseOfTheList();
    }
}
