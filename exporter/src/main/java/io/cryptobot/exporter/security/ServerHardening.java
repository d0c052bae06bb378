package io.cryptobot.exporter.security;

import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * What Dropwizard's configuration has no key for, done to the server before it opens its ports: TLS and a limit on
 * connections for every application connector, no bodies, and errors that tell nothing. Thread-safe.
 */
public final class ServerHardening implements LifeCycle.Listener {
    /** A Prometheus needs one; the rest is for people, and for strangers to fill. */
    private static final int MAX_CONNECTIONS = 256;

    private final WebSecurity security;
    private final Request.Handler errors;

    /**
     * @param security what the web configuration asks for
     * @param errors answers what Jetty refuses before a page is asked for
     */
    public ServerHardening(WebSecurity security, Request.Handler errors) {
        this.security = security;
        this.errors = errors;
    }

    @Override
    public void lifeCycleStarting(LifeCycle event) {
        Server server = (Server) event;
        server.setErrorHandler(errors);
        ConnectionLimit limit = new ConnectionLimit(MAX_CONNECTIONS);
        server.insertHandler(new NoBodies());
        server.insertHandler(limit);
        for (Connector connector : server.getConnectors()) {
            if (isApplication(connector)) {
                connector.addBean(limit, false);
                security.secure((ServerConnector) connector);
            }
        }
    }

    /** {@return whether a connector serves the pages and not the admin's} By the name that Dropwizard gives it. */
    static boolean isApplication(Connector connector) {
        return "application".equals(connector.getName());
    }
}
