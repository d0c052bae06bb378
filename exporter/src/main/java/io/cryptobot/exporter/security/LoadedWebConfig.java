package io.cryptobot.exporter.security;

import io.cryptobot.exporter.security.WebConfig.TlsServerConfig;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One complete and checked version of the web configuration, with the content of all its files. Immutable.
 *
 * @param users the users with their passwords
 * @param tls the TLS settings; null for plain HTTP
 * @param headers headers for every response
 * @param files the digest of each file
 */
record LoadedWebConfig(Users users, @Nullable TlsSettings tls, Map<String, String> headers, Map<Path, String> files) {
    static final LoadedWebConfig OPEN = new LoadedWebConfig(Users.NONE, null, Map.of(), Map.of());

    /** Reads the next version. Verified passwords stay verified if the users did not change. */
    LoadedWebConfig next(Path file) throws WebConfigException {
        LoadedWebConfig read = read(file);
        return read.users().sameAs(users) ? new LoadedWebConfig(users, read.tls(), read.headers(), read.files()) : read;
    }

    static LoadedWebConfig read(Path file) throws WebConfigException {
        WatchedFiles files = new WatchedFiles();
        WebConfig config = WebConfig.parse(file, files.read(file));
        if (!config.basicAuthUsers().isEmpty()) {
            WatchedFiles.requirePrivate(file, "hashes of passwords");
        }
        @Nullable TlsServerConfig tls = config.tls();
        return new LoadedWebConfig(
                Users.of(file, config.basicAuthUsers()),
                tls == null ? null : TlsSettings.read(file, tls, files),
                ResponseHeaders.of(file, config.headers()),
                files.asRead());
    }
}
