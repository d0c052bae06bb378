package io.cryptobot.exporter.security;

import io.cryptobot.exporter.security.WebConfig.TlsServerConfig;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One version of the web configuration with all that it names, complete and checked. Immutable.
 *
 * @param users who may ask
 * @param tls how to serve TLS; absent for plain HTTP
 * @param headers what to add to every answer
 * @param files what it was read from, by content
 */
record Access(Users users, @Nullable TlsSettings tls, Map<String, String> headers, Map<Path, String> files) {
    static final Access OPEN = new Access(Users.NONE, null, Map.of(), Map.of());

    /** Reads a version anew. Who had proved a password to the version before need not do it again if it still holds. */
    Access next(Path file) throws WebConfigException {
        Access read = read(file);
        return read.users().sameAs(users) ? new Access(users, read.tls(), read.headers(), read.files()) : read;
    }

    static Access read(Path file) throws WebConfigException {
        WatchedFiles files = new WatchedFiles();
        WebConfig config = WebConfig.parse(file, files.read(file));
        if (!config.basicAuthUsers().isEmpty()) {
            WatchedFiles.requirePrivate(file, "hashes of passwords");
        }
        @Nullable TlsServerConfig tls = config.tls();
        return new Access(
                Users.of(file, config.basicAuthUsers()),
                tls == null ? null : TlsSettings.read(file, tls, files),
                ResponseHeaders.of(file, config.headers()),
                files.asRead());
    }
}
