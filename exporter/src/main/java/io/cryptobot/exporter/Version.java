package io.cryptobot.exporter;

import java.util.Objects;

/** Which exporter this is. Stateless. */
public final class Version {
    private Version() {}

    /** {@return the version of the jar that this runs from; {@code unknown} where it runs from a directory of classes} */
    public static String ofThisJar() {
        return Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "unknown");
    }
}
