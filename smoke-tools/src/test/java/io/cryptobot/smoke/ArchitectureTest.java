package io.cryptobot.smoke;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.cryptobot.testing.Architecture;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String ROOT = "io.cryptobot.smoke";
    private static final JavaClasses CLASSES = Architecture.platform();

    @Test
    void packagesFormNoCycle() {
        Architecture.noCycles(ROOT).check(CLASSES);
    }

    @Test
    void onlySmokeToolsKnowsTheCommands() {
        Architecture.onlyTheFacadeUsesTheFeatures(ROOT, "SmokeTools", "Examples")
                .check(CLASSES);
    }

    @Test
    void featuresDoNotUseTheListOfCommands() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".*..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT)
                .check(CLASSES);
    }

    @Test
    void cliIsTheGround() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(
                        ROOT
                                + ".(chain|counters|doctor|drill|exchange|launch|localservices|mode|oncall|review|sentry|stack)..")
                .check(CLASSES);
    }

    @Test
    void usesNoInternalTypeOfTheLibraries() {
        Architecture.internalTypesStayInside("io.cryptobot.telemetry").check(CLASSES);
        Architecture.internalTypesStayInside("io.cryptobot.trading").check(CLASSES);
    }

    @Test
    void configurationJarKnowsNoOtherModule() {
        noClasses()
                .that()
                .resideInAPackage("io.cryptobot.ops..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.cryptobot.telemetry..", "io.cryptobot.trading..", "io.cryptobot.exporter..", ROOT + "..")
                .check(CLASSES);
    }
}
