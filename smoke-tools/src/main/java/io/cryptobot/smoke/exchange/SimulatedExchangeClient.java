package io.cryptobot.smoke.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OpenOrder;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderFill;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.Ticker;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Trades with a {@link SimulatedExchange} over HTTP, as a bot would with a real one. It distinguishes a refused order from an
 * order with an unknown outcome. Thread-safe.
 */
public final class SimulatedExchangeClient implements ExchangeClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

    private final String url;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();

    /** @param url address of the exchange, without a slash at the end */
    public SimulatedExchangeClient(String url) {
        this.url = url;
    }

    @Override
    public String name() {
        return "simulated";
    }

    @Override
    public OrderAck place(OrderRequest request) throws OrderException {
        ObjectNode order = JSON.createObjectNode()
                .put("client_order_id", request.clientOrderId().value())
                .put("symbol", request.symbol())
                .put("side", request.side().name())
                .put("type", request.type().name())
                .put("quantity", request.quantity().toPlainString());
        JsonNode answer = call(request("/orders").POST(BodyPublishers.ofString(order.toString())));
        return new OrderAck(
                request.clientOrderId(),
                answer.path("order_id").asText(),
                OrderStatus.FILLED,
                new BigDecimal(answer.path("filled_quantity").asText()),
                new BigDecimal(answer.path("average_price").asText()));
    }

    /** Refuses: this exchange fills at once, so no order is open. */
    @Override
    public void cancel(String symbol, ClientOrderId id) throws OrderException {
        throw new OrderException(FailureReason.REJECTED, "no open order " + id);
    }

    @Override
    public List<ClientOrderId> openOrders(String symbol) throws OrderException {
        call(request("/orders").GET());
        return List.of();
    }

    @Override
    public List<OpenOrder> openOrders() throws OrderException {
        call(request("/orders").GET());
        return List.of();
    }

    @Override
    public List<OrderFill> fills(String symbol, Instant since) throws OrderException {
        List<OrderFill> fills = new ArrayList<>();
        for (JsonNode fill :
                call(request("/fills?since=" + since.toEpochMilli()).GET()).path("fills")) {
            fills.add(new OrderFill(
                    new ClientOrderId(fill.path("client_order_id").asText()),
                    new BigDecimal(fill.path("quantity").asText()),
                    new BigDecimal(fill.path("price").asText()),
                    Instant.ofEpochMilli(fill.path("time").asLong())));
        }
        return fills;
    }

    @Override
    public void ping() throws OrderException {
        call(request("/ticker").GET());
    }

    @Override
    public Ticker ticker(String symbol) throws OrderException {
        JsonNode answer = call(request("/ticker").GET());
        return new Ticker(
                symbol,
                new BigDecimal(answer.path("last_price").asText()),
                answer.path("time").asLong());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).timeout(ANSWER_TIMEOUT);
    }

    private JsonNode call(HttpRequest.Builder request) throws OrderException {
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            if (response.statusCode() == 200) {
                return JSON.readTree(response.body());
            }
            throw failure(response);
        } catch (ConnectException e) {
            throw new OrderException(FailureReason.NOT_SENT, "exchange refuses connections", e);
        } catch (IOException e) {
            throw new OrderException(FailureReason.UNKNOWN, "no answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OrderException(FailureReason.UNKNOWN, "interrupted while waiting for the answer", e);
        }
    }

    private static OrderException failure(HttpResponse<String> response) throws IOException {
        String message = "HTTP " + response.statusCode() + " "
                + JSON.readTree(response.body()).path("message").asText();
        if (response.statusCode() == 429) {
            return new OrderException(FailureReason.RATE_LIMITED, message);
        }
        if (response.statusCode() >= 500) {
            return new OrderException(FailureReason.UNKNOWN, message);
        }
        return switch (JSON.readTree(response.body()).path("code").asText()) {
            case "insufficient_funds" -> new OrderException(FailureReason.INSUFFICIENT_FUNDS, message);
            case "invalid" -> new OrderException(FailureReason.INVALID, message);
            default -> new OrderException(FailureReason.REJECTED, message);
        };
    }
}
