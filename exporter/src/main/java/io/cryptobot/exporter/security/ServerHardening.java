package io.cryptobot.exporter.security;

import com.codahale.metrics.Meter;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * Settings that Dropwizard cannot configure, applied before the server opens its ports: TLS and a limit on connections
 * for every application connector, no request bodies, no requests from web pages at the admin connector, and errors
 * without details. Thread-safe.
 */
final class ServerHardening implements LifeCycle.Listener {
    /** A Prometheus needs one connection; people and untrusted clients share the rest. */
    private static final int MAX_CONNECTIONS = 256;

    private final WebSecurity security;
    private final Request.Handler errors;
    private final Meter refusals;

    /**
     * @param security what the web configuration asks for
     * @param errors answers requests that are refused before they reach a page
     * @param refusals counts these refusals, which Dropwizard does not see, together with those that it sees
     */
    ServerHardening(WebSecurity security, Request.Handler errors, Meter refusals) {
        this.security = security;
        this.errors = errors;
        this.refusals = refusals;
    }

    @Override
    public void lifeCycleStarting(LifeCycle event) {
        Server server = (Server) event;
        server.setErrorHandler(this::refuse);
        ConnectionLimit limit = new ConnectionLimit(MAX_CONNECTIONS);
        server.insertHandler(new RequestBodyFilter());
        server.insertHandler(new CrossSiteFilter());
        server.insertHandler(limit);
        for (Connector connector : server.getConnectors()) {
            if (isApplication(connector)) {
                connector.addBean(limit, false);
                security.secure((ServerConnector) connector);
            }
        }
    }

    private boolean refuse(Request request, Response response, Callback callback) throws Exception {
        if (isApplication(request.getConnectionMetaData().getConnector())
                && HttpStatus.isClientError(response.getStatus())) {
            refusals.mark();
        }
        return errors.handle(request, response, callback);
    }

    /** {@return whether a connector serves the pages and not the admin's} By the name that Dropwizard gives it. */
    static boolean isApplication(Connector connector) {
        return "application".equals(connector.getName());
    }
}
