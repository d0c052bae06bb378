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
 * Limits the number of open connections by closing old connections. One half is for connections without a complete
 * request; the oldest of them is closed. The other half is for all other connections; the least recently used of them
 * is closed. So connections without requests never close the connection of Prometheus, and a new client has time to
 * send its request. Jetty's own limit is not used: it refuses new connections, so untrusted clients could lock
 * Prometheus out. Thread-safe.
 */
final class ConnectionLimit extends Handler.Wrapper implements Connection.Listener {
    private static final Logger LOGGER = LoggerFactory.getLogger(ConnectionLimit.class);

    private final int half;
    /** Connections without a complete request, oldest first; guarded by itself. */
    private final Set<EndPoint> withoutRequest = new LinkedHashSet<>();
    /** All other connections, least recently used first; guarded by {@link #withoutRequest}. */
    private final Set<EndPoint> withRequest = new LinkedHashSet<>();
    /** True if the full limit is already logged; guarded by {@link #withoutRequest}. */
    private boolean full;

    ConnectionLimit(int maxConnections) {
        this.half = maxConnections / 2;
    }

    @Override
    public void onOpened(Connection connection) {
        EndPoint opened = connection.getEndPoint();
        if (opened instanceof EndPoint.Wrapper) {
            // the inner connection of TLS; its network connection is already counted
            return;
        }
        EndPoint surplus;
        synchronized (withoutRequest) {
            withoutRequest.add(opened);
            surplus = takeSurplus(withoutRequest);
        }
        close(surplus);
    }

    @Override
    public void onClosed(Connection connection) {
        synchronized (withoutRequest) {
            withoutRequest.remove(connection.getEndPoint());
            withRequest.remove(connection.getEndPoint());
            full &= withoutRequest.size() + withRequest.size() > half / 2;
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        EndPoint endPoint = network(request);
        EndPoint surplus;
        synchronized (withoutRequest) {
            // in neither set: a connection of the admin connector, or a closed connection
            if (withoutRequest.remove(endPoint) || withRequest.remove(endPoint)) {
                withRequest.add(endPoint);
            }
            surplus = takeSurplus(withRequest);
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
        synchronized (withoutRequest) {
            justFull = !full;
            full = true;
        }
        if (justFull) {
            LOGGER.warn(
                    "More than {} connections are idle or have not sent a request: each new one closes an old one",
                    half);
        }
        surplus.close();
    }
}
