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
    /** Maximum number of connections. A Prometheus needs one connection. */
    private static final int MAX_CONNECTIONS = 256;

    private final WebSecurity security;
    private final Request.Handler errors;
    private final Meter refusals;

    /**
     * @param security the active web configuration
     * @param errors writes the responses for requests that are rejected before they reach a page
     * @param refusals counts these rejections, because Dropwizard does not see them
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

    /**
     * {@return true if this is an application connector and not the admin connector} It checks the name that Dropwizard
     * sets.
     */
    static boolean isApplication(Connector connector) {
        return "application".equals(connector.getName());
    }
}
