package io.cryptobot.exporter.security;

import java.util.LinkedHashSet;
import java.util.Set;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the open connections by closing old ones: half of the places are for those that have not sent a whole request
 * yet, of which the oldest goes, and half for the others, of which the longest unused goes. So those who connect and say
 * nothing push each other out and not Prometheus, and a newcomer has time to ask. A limit that refuses the newcomer, as
 * Jetty's own does, would let strangers lock Prometheus out. Thread-safe.
 */
final class ConnectionLimit extends Handler.Wrapper implements Connection.Listener {
    private static final Logger LOGGER = LoggerFactory.getLogger(ConnectionLimit.class);

    private final int half;
    /** Connections without a whole request, oldest first; guarded by itself. */
    private final Set<EndPoint> silent = new LinkedHashSet<>();
    /** The others, longest unused first; guarded by {@link #silent}. */
    private final Set<EndPoint> used = new LinkedHashSet<>();
    /** Whether the log knows; guarded by {@link #silent}. */
    private boolean full;

    ConnectionLimit(int maxConnections) {
        this.half = maxConnections / 2;
    }

    @Override
    public void onOpened(Connection connection) {
        EndPoint opened = connection.getEndPoint();
        if (opened instanceof EndPoint.Wrapper) {
            // What TLS carries; its network connection has been counted.
            return;
        }
        EndPoint surplus;
        synchronized (silent) {
            silent.add(opened);
            surplus = takeSurplus(silent);
        }
        close(surplus);
    }

    @Override
    public void onClosed(Connection connection) {
        synchronized (silent) {
            silent.remove(connection.getEndPoint());
            used.remove(connection.getEndPoint());
            full &= silent.size() + used.size() > half / 2;
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        EndPoint endPoint = network(request);
        EndPoint surplus;
        synchronized (silent) {
            // In neither: an admin's connection, or one that has just been closed.
            if (silent.remove(endPoint) || used.remove(endPoint)) {
                used.add(endPoint);
            }
            surplus = takeSurplus(used);
        }
        close(surplus);
        return super.handle(request, response, callback);
    }

    private static EndPoint network(Request request) {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        return endPoint instanceof EndPoint.Wrapper tls ? tls.unwrap() : endPoint;
    }

    private @Nullable EndPoint takeSurplus(Set<EndPoint> connections) {
        if (connections.size() <= half) {
            return null;
        }
        EndPoint first = connections.iterator().next();
        connections.remove(first);
        return first;
    }

    private void close(@Nullable EndPoint surplus) {
        if (surplus == null) {
            return;
        }
        boolean justFull;
        synchronized (silent) {
            justFull = !full;
            full = true;
        }
        if (justFull) {
            LOGGER.warn("More than {} connections are idle or silent: each new one closes an old one", half);
        }
        surplus.close();
    }
}
