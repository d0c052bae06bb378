package io.cryptobot.exporter.security;

import io.cryptobot.exporter.ChangeLogger;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The web configuration in force. {@link #look} takes a new version over when its files have changed; one that cannot be
 * used, or that would open a door, leaves the old one in force and costs one line in the log. Thread-safe.
 */
public final class WebSecurity {
    private static final Logger LOGGER = LoggerFactory.getLogger(WebSecurity.class);
    private static final Duration EXPIRES_SOON = Duration.ofDays(7);

    private final @Nullable Path file;
    private final Clock clock;
    private final SslContextFactory.Server ssl = new SslContextFactory.Server();
    private volatile Access access;
    /** Guarded by "this". */
    private final ChangeLogger changes = new ChangeLogger(LOGGER);
    /** What was in the files at the last look; guarded by "this". */
    private Map<Path, String> lastSeen;
    /** Why the files as they are now are not in force; guarded by "this". */
    private @Nullable String refused;

    private WebSecurity(@Nullable Path file, Access access, Clock clock) {
        this.file = file;
        this.access = access;
        this.lastSeen = access.files();
        this.clock = clock;
        if (access.tls() != null) {
            access.tls().applyTo(ssl);
        }
    }

    /** {@return plain HTTP for everybody} */
    public static WebSecurity none() {
        return new WebSecurity(null, Access.OPEN, Clock.systemUTC());
    }

    /**
     * {@return what a web configuration file asks for}
     *
     * @throws IOException the file, or one that it names, cannot be used; the message is one line and says why
     */
    public static WebSecurity load(Path file, Clock clock) throws IOException {
        return new WebSecurity(file, Access.read(file), clock);
    }

    /** Puts TLS in front of what a connector speaks, before it is started; nothing where no TLS is asked for. */
    void secure(ServerConnector connector) {
        if (access.tls() != null) {
            SslConnectionFactory tls = new SslConnectionFactory(ssl, connector.getDefaultProtocol());
            // It would refuse a scrape whose Host header is not in the certificate: a matter of the client, which may
            // know the exporter by its address and check the name that its own configuration gives.
            tls.setEnsureSecureRequestCustomizer(false);
            connector.addFirstConnectionFactory(tls);
            connector.setDefaultProtocol(tls.getProtocol());
        }
    }

    Access access() {
        return access;
    }

    /** {@return when the certificate in force ends; empty without TLS} */
    public Optional<Instant> certificateNotAfter() {
        return Optional.ofNullable(access.tls()).map(TlsSettings::notAfter);
    }

    /** Takes changed files over and logs what is wrong with them, or with the certificate's dates. Once a second. */
    public synchronized void look() {
        if (file == null) {
            return;
        }
        Map<Path, String> seen = WatchedFiles.now(access.files().keySet());
        if (seen.equals(access.files())) {
            refused = null;
        } else if (seen.equals(lastSeen)) {
            // Unchanged for a whole look: not half written any more.
            refused = takeOver(file);
        }
        lastSeen = seen;
        Map<String, String> problems = new LinkedHashMap<>();
        if (refused != null) {
            problems.put("The web configuration on disk is not in force, the old one is", refused);
        }
        if (access.tls() != null) {
            dates(access.tls(), problems);
        }
        changes.report(problems);
    }

    private @Nullable String takeOver(Path file) {
        Access old = access;
        try {
            Access fresh = old.next(file);
            if ((fresh.tls() == null) != (old.tls() == null)) {
                return file + ": turning TLS on or off takes a restart";
            }
            if (fresh.users().isEmpty() && !old.users().isEmpty()) {
                return file + ": basic_auth_users is gone; to ask for no passwords any more takes a restart";
            }
            if (fresh.tls() != null) {
                reload(fresh.tls(), old.tls());
            }
            access = fresh;
            lastSeen = fresh.files();
            LOGGER.info("The web configuration has changed and is in force");
            return null;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        } catch (RuntimeException e) {
            // Its text may quote a secret; and what is thrown further would end the looking for good.
            return file + ": cannot be used (" + e.getClass().getSimpleName() + ")";
        }
    }

    private void reload(TlsSettings fresh, @Nullable TlsSettings old) throws WebConfigException {
        try {
            ssl.reload(jetty -> fresh.applyTo(ssl));
        } catch (Exception e) {
            if (old != null) {
                restore(old);
            }
            throw new WebConfigException(fresh.certificateFile(), "cannot be used: " + e.getMessage());
        }
    }

    private void restore(TlsSettings old) {
        try {
            ssl.reload(jetty -> old.applyTo(ssl));
        } catch (Exception e) {
            throw new IllegalStateException("TLS settings that were in force are refused", e);
        }
    }

    /** An expired certificate is served all the same, as by the toolkit: which clients mind is their matter. */
    private void dates(TlsSettings tls, Map<String, String> problems) {
        Instant now = clock.instant();
        Instant from = tls.chain().get(0).getNotBefore().toInstant();
        Instant until = tls.notAfter();
        String subject = tls.certificateFile().toString();
        if (now.isBefore(from)) {
            problems.put(subject, "the certificate is not valid before " + from + ": clients will refuse it");
        } else if (now.isAfter(until)) {
            problems.put(subject, "the certificate has expired on " + until + ": clients will refuse it");
        } else if (now.plus(EXPIRES_SOON).isAfter(until)) {
            problems.put(subject, "the certificate expires on " + until);
        }
    }
}
