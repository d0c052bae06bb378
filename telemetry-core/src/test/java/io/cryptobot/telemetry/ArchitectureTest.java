package io.cryptobot.telemetry;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.cryptobot.testing.Architecture;
import io.cryptobot.testing.PublicTypes;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String ROOT = "io.cryptobot.telemetry";
    private static final JavaClasses CLASSES = Architecture.platform();

    @Test
    void packagesFormNoCycle() {
        Architecture.noCycles(ROOT).check(CLASSES);
    }

    @Test
    void onlyTheFacadeUsesTheFeatures() {
        Architecture.onlyTheFacadeUsesTheFeatures(ROOT, "Telemetry", "TelemetrySettings", "OrderMetrics")
                .check(CLASSES);
    }

    @Test
    void countersFileNeedsTheJdkOnly() {
        classes()
                .that(are(resideInAnyPackage(ROOT + ".counters..", ROOT + ".files..")))
                .should()
                .onlyDependOnClassesThat(
                        resideInAnyPackage("java..", "org.jspecify..", ROOT, ROOT + ".counters..", ROOT + ".files.."))
                .check(CLASSES);
    }

    @Test
    void publicTypesAreThoseOfTheList() {
        PublicTypes.in(CLASSES, ROOT).assertThatTheyAreThoseOfTheList();
    }
}
