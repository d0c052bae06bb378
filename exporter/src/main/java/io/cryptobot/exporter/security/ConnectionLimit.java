package io.cryptobot.exporter.security;

import java.util.Iterator;
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
 * Bounds the open connections by closing the least useful one for each that is too many: the oldest that never sent a
 * whole request, else the one whose last request is longest ago. A limit that refuses the newcomer, as Jetty's own does,
 * would let those who connect and say nothing lock Prometheus out. Thread-safe.
 */
final class ConnectionLimit extends Handler.Wrapper implements Connection.Listener {
    private static final Logger LOGGER = LoggerFactory.getLogger(ConnectionLimit.class);

    private final int maxConnections;
    /** Connections without a whole request, oldest first; guarded by itself. */
    private final Set<EndPoint> silent = new LinkedHashSet<>();
    /** The others, longest unused first; guarded by {@link #silent}. */
    private final Set<EndPoint> used = new LinkedHashSet<>();
    /** Whether the log knows; guarded by {@link #silent}. */
    private boolean full;

    ConnectionLimit(int maxConnections) {
        this.maxConnections = maxConnections;
    }

    @Override
    public void onOpened(Connection connection) {
        EndPoint opened = connection.getEndPoint();
        if (opened instanceof EndPoint.Wrapper) {
            // What TLS carries; its network connection has been counted.
            return;
        }
        EndPoint surplus;
        boolean justFull;
        synchronized (silent) {
            surplus = silent.size() + used.size() < maxConnections ? null : removeLeastUseful();
            silent.add(opened);
            justFull = surplus != null && !full;
            full |= justFull;
        }
        if (justFull) {
            LOGGER.warn("{} connections are open: each new one closes the least used one", maxConnections);
        }
        if (surplus != null) {
            surplus.close();
        }
    }

    @Override
    public void onClosed(Connection connection) {
        synchronized (silent) {
            silent.remove(connection.getEndPoint());
            used.remove(connection.getEndPoint());
            full &= silent.size() + used.size() > maxConnections / 2;
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        EndPoint endPoint = network(request);
        synchronized (silent) {
            if (silent.remove(endPoint) || used.remove(endPoint)) {
                used.add(endPoint);
            }
        }
        return super.handle(request, response, callback);
    }

    private static EndPoint network(Request request) {
        EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
        return endPoint instanceof EndPoint.Wrapper tls ? tls.unwrap() : endPoint;
    }

    private @Nullable EndPoint removeLeastUseful() {
        Iterator<EndPoint> candidates = (silent.isEmpty() ? used : silent).iterator();
        if (!candidates.hasNext()) {
            return null;
        }
        EndPoint least = candidates.next();
        candidates.remove();
        return least;
    }
}
