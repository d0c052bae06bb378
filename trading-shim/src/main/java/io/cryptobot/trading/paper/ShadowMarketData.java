package io.cryptobot.trading.paper;

import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.ExchangeClientFactory;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the books for a {@link Shadow} with a separate client, so that the live client never waits. The client is
 * created at its first use. After a failure it is closed, and a new client is created some time later, because the
 * connection may be lost. Confined to the shadow's thread.
 */
final class ShadowMarketData implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(ShadowMarketData.class);
    private static final Duration CLIENT_RETRY = Duration.ofSeconds(10);

    private final ExchangeClientFactory factory;
    private final PaperSettings settings;
    private final LongSupplier nanoTime;
    private final Map<String, MarketFeed> feeds = new HashMap<>();
    private @Nullable ExchangeClient client;
    private boolean tried;
    private long triedNanos;
    private boolean available = true;

    ShadowMarketData(ExchangeClientFactory factory, PaperSettings settings, LongSupplier nanoTime) {
        this.factory = factory;
        this.settings = settings;
        this.nanoTime = nanoTime;
    }

    /** {@return the current book of a market; empty if the exchange does not answer} */
    Optional<MarketFeed.Update> pollBook(String symbol) {
        try {
            MarketFeed.Update book = feed(symbol).pollBook();
            available = true;
            return Optional.of(book);
        } catch (OrderException | RuntimeException e) {
            if (client != null) {
                triedNanos = nanoTime.getAsLong();
                close();
            }
            if (available) {
                LOGGER.warn("Shadow mode has no market data; it retries: {}", e.toString());
            }
            available = false;
            return Optional.empty();
        }
    }

    private MarketFeed feed(String symbol) throws OrderException {
        ExchangeClient current = client;
        if (current == null) {
            long now = nanoTime.getAsLong();
            if (tried && now - triedNanos < CLIENT_RETRY.toNanos()) {
                throw new OrderException(FailureReason.NOT_SENT, "shadow mode has no client");
            }
            tried = true;
            triedNanos = now;
            current = factory.create();
            client = current;
        }
        ExchangeClient exchange = current;
        return feeds.computeIfAbsent(symbol, each -> new MarketFeed(exchange, settings, each));
    }

    /** Closes the client. */
    @Override
    public void close() {
        ExchangeClient old = client;
        client = null;
        feeds.clear();
        if (old != null) {
            try {
                old.close();
            } catch (RuntimeException e) {
                LOGGER.debug("The client of shadow mode could not be closed", e);
            }
        }
    }
}
