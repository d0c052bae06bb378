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
 * Protects the admin connector against web pages. Listening on the loopback address is not enough: any web page can
 * make a browser on this host send a request there (CSRF), and can read the response if the name of its site points to
 * 127.0.0.1 (DNS rebinding). So this filter rejects requests from other sites, and requests with a host name that could
 * be in the public DNS: a name that contains a dot and is not an IP address. Thread-safe.
 */
final class CrossSiteFilter extends Handler.Wrapper {
    /** Every current browser sends this header to loopback addresses, also with requests for images. */
    private static final String FETCH_SITE = "Sec-Fetch-Site";

    private static final Pattern NOT_IN_PUBLIC_DNS = Pattern.compile("[^.]*|[0-9.]*|.*:.*");

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (ServerHardening.isApplication(request.getConnectionMetaData().getConnector()) || !isForeign(request)) {
            return super.handle(request, response, callback);
        }
        Response.writeError(request, response, callback, HttpStatus.FORBIDDEN_403);
        return true;
    }

    private static boolean isForeign(Request request) {
        if (!NOT_IN_PUBLIC_DNS.matcher(Request.getServerName(request)).matches()) {
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
