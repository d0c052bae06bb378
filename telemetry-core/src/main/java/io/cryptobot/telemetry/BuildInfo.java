package io.cryptobot.telemetry;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.util.jar.Attributes;
import java.util.jar.Attributes.Name;
import java.util.jar.JarFile;

/**
 * The label values of {@link MetricCatalog#BUILD_INFO}. Immutable.
 *
 * @param version {@code Implementation-Version} of the jar that the platform is in
 * @param revision {@code Implementation-Build} of that jar
 * @param jdk version of the running JDK
 */
record BuildInfo(String version, String revision, String jdk) {
    private static final Name BUILD = new Name("Implementation-Build");
    private static final String UNKNOWN = "unknown";

    /** {@return the running build; {@code unknown} where the manifest has no value, as in a class directory} */
    static BuildInfo ofThisJar() {
        return of(attributes(BuildInfo.class), System.getProperty("java.version", UNKNOWN));
    }

    static BuildInfo of(Attributes manifest, String jdk) {
        return new BuildInfo(value(manifest, Name.IMPLEMENTATION_VERSION), value(manifest, BUILD), jdk);
    }

    private static String value(Attributes manifest, Name name) {
        String value = manifest.getValue(name);
        return value == null || value.isBlank() ? UNKNOWN : value.strip();
    }

    private static Attributes attributes(Class<?> type) {
        URL resource = type.getResource(type.getSimpleName() + ".class");
        try {
            URLConnection connection = resource == null ? null : resource.openConnection();
            if (connection instanceof JarURLConnection jar) {
                jar.setUseCaches(false); // a cached jar file would stay open
                try (JarFile file = jar.getJarFile()) {
                    return file.getManifest() == null
                            ? new Attributes()
                            : file.getManifest().getMainAttributes();
                }
            }
        } catch (IOException e) {
            // an unreadable manifest gives no values
        }
        return new Attributes();
    }
}
