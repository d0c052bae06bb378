package io.cryptobot.exporter.security;

import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Keeps web pages away from the admin connector. That it listens on the loopback address does not: a browser on this host
 * sends there what any page of the web asks it to send, and lets a page read the answers whose own name its owner has
 * pointed at 127.0.0.1 (DNS rebinding). So a request is refused that a browser sends for another site, and one for a name
 * that the public DNS could have: a number, or a name without a dot, it cannot. Thread-safe.
 */
final class CrossSiteFilter extends Handler.Wrapper {
    /** Sent by every browser of today to the loopback address, also with what a mere image asks for. */
    private static final String FETCH_SITE = "Sec-Fetch-Site";

    private static final Pattern NOBODYS_NAME = Pattern.compile("[^.]*|[0-9.]*|.*:.*");

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (ServerHardening.isApplication(request.getConnectionMetaData().getConnector()) || !isForeign(request)) {
            return super.handle(request, response, callback);
        }
        Response.writeError(request, response, callback, HttpStatus.FORBIDDEN_403);
        return true;
    }

    private static boolean isForeign(Request request) {
        if (!NOBODYS_NAME.matcher(Request.getServerName(request)).matches()) {
            return true;
        }
        HttpFields headers = request.getHeaders();
        String site = headers.get(FETCH_SITE);
        if (site != null) {
            return !site.equals("same-origin") && !site.equals("none");
        }
        String origin = headers.get(HttpHeader.ORIGIN);
        return origin != null && !origin.endsWith("://" + headers.get(HttpHeader.HOST));
    }
}
