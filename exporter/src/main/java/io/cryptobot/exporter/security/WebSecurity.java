package io.cryptobot.exporter.security;

import static com.codahale.metrics.MetricRegistry.name;

import com.codahale.metrics.Meter;
import com.codahale.metrics.MetricRegistry;
import io.cryptobot.exporter.ChangeLogger;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jetty.MutableServletContextHandler;
import jakarta.servlet.DispatcherType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The active web configuration. {@link #poll} activates a new version if the files have changed. A version that is
 * invalid or reduces security is rejected and logged in one line, and the old version stays active. Thread-safe.
 */
public final class WebSecurity {
    private static final Logger LOGGER = LoggerFactory.getLogger(WebSecurity.class);
    private static final Duration EXPIRES_SOON = Duration.ofDays(7);

    private final @Nullable Path file;
    private final Clock clock;
    private final SslContextFactory.Server ssl = new SslContextFactory.Server();
    private volatile LoadedWebConfig access;
    /** Guarded by "this". */
    private final ChangeLogger changes = new ChangeLogger(LOGGER);
    /** Digests of the files at the last poll; guarded by "this". */
    private Map<Path, String> lastSeen;
    /** Why the current files are not active; guarded by "this". */
    private @Nullable String refused;

    private WebSecurity(@Nullable Path file, LoadedWebConfig access, Clock clock) {
        this.file = file;
        this.access = access;
        this.lastSeen = access.files();
        this.clock = clock;
        if (access.tls() != null) {
            access.tls().applyTo(ssl);
        }
    }

    /** {@return plain HTTP without passwords} */
    public static WebSecurity none() {
        return new WebSecurity(null, LoadedWebConfig.OPEN, Clock.systemUTC());
    }

    /**
     * {@return the web configuration from a file}
     *
     * @throws IOException if one of the files cannot be used; the message is one line with the reason
     */
    public static WebSecurity load(Path file, Clock clock) throws IOException {
        return new WebSecurity(file, LoadedWebConfig.read(file), clock);
    }

    /**
     * Protects a server before it is built, and polls the files of the web configuration while it runs.
     *
     * @param errors writes the responses for requests that are rejected before they reach a page
     */
    public void protect(Environment environment, Request.Handler errors, Duration pollInterval) {
        var filter = environment.servlets().addFilter("access", new AccessFilter(this));
        filter.setAsyncSupported(true);
        filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
        MetricRegistry metrics = environment.metrics();
        // Dropwizard counts other rejections in the same meter.
        Meter refusals = metrics.meter(name(MutableServletContextHandler.class, "4xx-responses"));
        environment.lifecycle().addEventListener(new ServerHardening(this, errors, refusals));
        certificateNotAfter()
                .ifPresent(atStart -> metrics.registerGauge(
                        name(WebSecurity.class, "certificate-not-after"),
                        () -> certificateNotAfter().orElse(atStart).getEpochSecond()));
        ScheduledFuture<?> unused = environment
                .lifecycle()
                .scheduledExecutorService("web-config-%d", true)
                .build()
                .scheduleWithFixedDelay(this::poll, 0, pollInterval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Adds TLS to a connector before it is started, if TLS is configured. */
    void secure(ServerConnector connector) {
        if (access.tls() != null) {
            SslConnectionFactory tls = new SslConnectionFactory(ssl, connector.getDefaultProtocol());
            // SNI checks are off: they would reject a scrape whose Host header is not in the certificate. The client
            // checks the name, and it may use an IP address with a server name in its own configuration.
            tls.setEnsureSecureRequestCustomizer(false);
            connector.addFirstConnectionFactory(tls);
            connector.setDefaultProtocol(tls.getProtocol());
        }
    }

    LoadedWebConfig access() {
        return access;
    }

    /** {@return the expiry time of the active certificate; empty without TLS} */
    Optional<Instant> certificateNotAfter() {
        return Optional.ofNullable(access.tls()).map(TlsSettings::notAfter);
    }

    /** Activates changed files. Logs problems of the files and of the certificate's dates. Called once a second. */
    synchronized void poll() {
        if (file == null) {
            return;
        }
        Map<Path, String> seen = WatchedFiles.now(access.files().keySet());
        if (seen.equals(access.files())) {
            refused = null;
        } else if (seen.equals(lastSeen)) {
            // Unchanged since the last poll: the write is complete.
            refused = takeOver(file);
        }
        lastSeen = seen;
        Map<String, String> problems = new LinkedHashMap<>();
        if (refused != null) {
            problems.put("The changed web configuration is rejected, the old one stays active", refused);
        }
        if (access.tls() != null) {
            dates(access.tls(), problems);
        }
        changes.report(problems);
    }

    private @Nullable String takeOver(Path file) {
        LoadedWebConfig old = access;
        try {
            LoadedWebConfig fresh = old.next(file);
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
            LOGGER.info("The changed web configuration is active");
            return null;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        } catch (RuntimeException e) {
            // The message may contain a secret, and an exception that leaves this method would stop the polling.
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

    /**
     * Logs problems with the dates. An expired certificate is still used, like in the toolkit; the clients decide if
     * they accept it.
     */
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
