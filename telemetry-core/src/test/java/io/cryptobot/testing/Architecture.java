package io.cryptobot.testing;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.cryptobot.telemetry.Internal;
import io.cryptobot.telemetry.ToolApi;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** The rules that the packages of each module keep, and the public types of a library. */
public final class Architecture {
    private static final String ALL = "io.cryptobot";

    private Architecture() {}

    /** {@return the platform's classes on the class path, without tests and benchmarks} */
    public static JavaClasses platform() {
        // Without a configuration, logback prints a line for each class that ArchUnit reads.
        if (LoggerFactory.getLogger("com.tngtech.archunit") instanceof Logger logger) {
            logger.setLevel(Level.WARN);
        }
        return new ClassFileImporter()
                .withImportOption(location -> !location.contains("/test-classes/") && !location.contains("-tests.jar"))
                .importPackages(ALL);
    }

    /**
     * {@return the rule that the packages below a module's root package form no cycle}
     *
     * <p>The root package itself is left out: it holds the vocabulary that all features use, and the facade that uses all
     * features.
     */
    public static ArchRule noCycles(String root) {
        return slices().matching(root + ".(*)..").should().beFreeOfCycles();
    }

    /** {@return the rule that only the named classes of the root package use the packages below it} */
    public static ArchRule onlyTheFacadeUsesTheFeatures(String root, String... facade) {
        List<String> names = List.of(facade);
        return noClasses()
                .that(resideInAPackage(root)
                        .and(describe(
                                "are not " + names,
                                type -> !names.contains(outermost(type).getSimpleName()))))
                .should()
                .dependOnClassesThat(resideInAPackage(root + ".*.."));
    }

    /** {@return the rule that no other module uses the types of a module that are marked as internal} */
    public static ArchRule internalTypesStayInside(String root) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(root + "..")
                .should()
                .dependOnClassesThat(resideInAPackage(root + "..").and(marked(Internal.class)));
    }

    /** {@return the names of the public types below a root package that a bot's developer uses, in order} */
    public static List<String> publicTypes(JavaClasses classes, String root) {
        return names(
                classes, root, marked(Internal.class).or(marked(ToolApi.class)).negate());
    }

    /** {@return the names of the public types below a root package that the platform's own tools use, in order} */
    public static List<String> toolTypes(JavaClasses classes, String root) {
        return names(classes, root, marked(ToolApi.class));
    }

    /** {@return the names of the public types below a root package that only its own packages use, in order} */
    public static List<String> internalTypes(JavaClasses classes, String root) {
        return names(classes, root, marked(Internal.class));
    }

    private static List<String> names(JavaClasses classes, String root, DescribedPredicate<JavaClass> which) {
        return classes.that(resideInAPackage(root + "..").and(which)).stream()
                .filter(Architecture::isVisible)
                .map(JavaClass::getName)
                .filter(name -> !name.endsWith("package-info"))
                .sorted()
                .toList();
    }

    private static boolean isVisible(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(Architecture::isVisible).orElse(true);
    }

    private static DescribedPredicate<JavaClass> marked(Class<? extends Annotation> mark) {
        return describe(
                "are marked as " + mark.getSimpleName(), type -> outermost(type).isAnnotatedWith(mark));
    }

    private static JavaClass outermost(JavaClass type) {
        Optional<JavaClass> enclosing = type.getEnclosingClass();
        return enclosing.map(Architecture::outermost).orElse(type);
    }
}
