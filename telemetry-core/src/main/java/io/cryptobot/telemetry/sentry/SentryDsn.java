package io.cryptobot.telemetry.sentry;

import io.cryptobot.telemetry.ToolApi;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of a Sentry project, {@code https://<public key>@<host>/<project>}. It is stricter than the SDK, which
 * also accepts addresses that fail only when the first error is sent. The public key is treated as a secret, because
 * with it anyone can send false errors to the project. {@link #toString()} and messages do not contain it. Immutable.
 */
@ToolApi
public final class SentryDsn {
    private static final Pattern PUBLIC_KEY = Pattern.compile("[0-9a-fA-F]{32}");
    private static final Pattern PROJECT_PATH = Pattern.compile("/(?:[\\w.~-]+/)*[0-9]{1,20}");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1]");

    private final URI uri;

    private SentryDsn(URI uri) {
        this.uri = uri;
    }

    /**
     * {@return the checked address}
     *
     * @throws IllegalArgumentException if the text is not a usable address; the message names the wrong part and
     *     contains no part of the text
     */
    public static SentryDsn parse(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            // without the cause, because its message quotes the input
            throw invalid("it is not a URL");
        }
        String host = uri.getHost();
        boolean https = "https".equalsIgnoreCase(uri.getScheme());
        if (!https && !"http".equalsIgnoreCase(uri.getScheme())) {
            throw invalid("it does not begin with https://");
        }
        if (host == null || uri.getPort() == 0 || uri.getPort() > 65535) {
            throw invalid("it has no valid host");
        }
        if (!https && !LOOPBACK.matcher(host).matches()) {
            throw invalid("http is accepted for loopback hosts only");
        }
        checkKey(uri.getRawUserInfo());
        if (!PROJECT_PATH.matcher(uri.getRawPath()).matches()) {
            throw invalid("it does not end in a numeric project");
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw invalid("it has text behind the project");
        }
        return new SentryDsn(uri);
    }

    /** {@return the whole address with its key, for the SDK and for files that only their owner can read} */
    public String reveal() {
        return uri.toString();
    }

    public String publicKey() {
        return uri.getRawUserInfo();
    }

    public String project() {
        return uri.getRawPath().substring(uri.getRawPath().lastIndexOf('/') + 1);
    }

    /** {@return the address of the server without key and project} A self-hosted server may have a path. */
    public URI server() {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String path = uri.getRawPath().substring(0, uri.getRawPath().lastIndexOf('/'));
        return URI.create(uri.getScheme() + "://" + uri.getHost() + port + path);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SentryDsn that && uri.equals(that.uri);
    }

    @Override
    public int hashCode() {
        return uri.hashCode();
    }

    /** {@return the address without the key} */
    @Override
    public String toString() {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return uri.getScheme() + "://***@" + uri.getHost() + port + uri.getRawPath();
    }

    private static void checkKey(@Nullable String userInfo) {
        if (userInfo == null || userInfo.isEmpty()) {
            throw invalid("it has no public key before @");
        }
        if (userInfo.indexOf(':') >= 0) {
            throw invalid("it has a secret key behind the public key (old form; copy the address again)");
        }
        if (!PUBLIC_KEY.matcher(userInfo).matches()) {
            throw invalid("its public key is not 32 hexadecimal digits");
        }
    }

    private static IllegalArgumentException invalid(String reason) {
        return new IllegalArgumentException(
                "Sentry DSN is invalid: " + reason + "; expected https://<public key>@<host>/<project number>");
    }
}
