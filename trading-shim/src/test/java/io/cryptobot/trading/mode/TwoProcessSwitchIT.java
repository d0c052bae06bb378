package io.cryptobot.trading.mode;

import static io.cryptobot.testing.Await.awaitValue;
import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.telemetry.Telemetry;
import io.cryptobot.telemetry.TelemetrySettings;
import io.cryptobot.telemetry.files.CryptobotHome;
import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.telemetry.files.RunDirectory;
import io.cryptobot.testing.ChildProcess;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.ClientOrderIds;
import io.cryptobot.trading.ExchangeClient;
import io.cryptobot.trading.FailureReason;
import io.cryptobot.trading.OrderAck;
import io.cryptobot.trading.OrderException;
import io.cryptobot.trading.OrderRequest;
import io.cryptobot.trading.OrderStatus;
import io.cryptobot.trading.Side;
import io.cryptobot.trading.Ticker;
import io.cryptobot.trading.TradingMode;
import io.cryptobot.trading.TradingShim;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A bot in another process trades with four threads at an exchange on a socket, while this process switches the mode
 * again and again. After a switch to paper has reported "drained", the exchange must receive no order until the next
 * switch to live.
 */
class TwoProcessSwitchIT {
    private static final InstanceName BOT = new InstanceName("bot");
    private static final int SWITCHES = 40;

    @TempDir
    Path directory;

    @Test
    @Timeout(120)
    void noLiveOrderArrivesAfterASwitchToPaperHasReportedSuccess() throws Exception {
        ModeSwitch modeSwitch =
                new ModeSwitch(directory.resolve("bot.control"), new DurableMode(directory.resolve("state"), BOT));
        try (WireExchange exchange = WireExchange.start()) {
            ChildProcess.Builder bot = ChildProcess.java(Bot.class, directory, exchange.port());
            try (ChildProcess unused = bot.start()) {
                exchange.awaitPaperTraffic();
                for (int round = 0; round < SWITCHES; round++) {
                    long before = exchange.liveOrders.get();
                    assertThat(modeSwitch
                                    .change(TradingMode.LIVE, Duration.ofSeconds(10))
                                    .acknowledged())
                            .isTrue();
                    exchange.awaitLiveOrders(before + 20);
                    ModeSwitch.Result result = modeSwitch.change(
                            round % 2 == 0 ? TradingMode.PAPER : TradingMode.HALT, Duration.ofSeconds(10));
                    long atDrain = exchange.liveOrders.get();
                    assertThat(result.isDrained())
                            .as("round %d: %s", round, result)
                            .isTrue();
                    TimeUnit.MILLISECONDS.sleep(25); // time for an order to arrive that must not arrive
                    assertThat(exchange.liveOrders.get()).as("round %d", round).isEqualTo(atDrain);
                }
                modeSwitch.change(TradingMode.PAPER, Duration.ofSeconds(10));
                exchange.awaitPaperTraffic(); // the bot was trading all the time
            }
        }
    }

    /** Counts order lines and price lines that it receives; answers each with a line. */
    private static final class WireExchange implements AutoCloseable {
        final AtomicLong liveOrders = new AtomicLong();
        private final AtomicLong tickers = new AtomicLong();
        private final ServerSocket server;

        private WireExchange(ServerSocket server) {
            this.server = server;
        }

        static WireExchange start() throws IOException {
            WireExchange exchange = new WireExchange(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            daemon(() -> {
                while (true) {
                    Socket socket = exchange.server.accept();
                    daemon(() -> exchange.serve(socket));
                }
            });
            return exchange;
        }

        private void serve(Socket socket) throws IOException {
            try (socket) {
                for (int kind = socket.getInputStream().read();
                        kind >= 0;
                        kind = socket.getInputStream().read()) {
                    (kind == 'O' ? liveOrders : tickers).incrementAndGet();
                    socket.getOutputStream().write('.');
                }
            }
        }

        int port() {
            return server.getLocalPort();
        }

        void awaitLiveOrders(long count) {
            awaitValue("live orders arrive", liveOrders::get, orders -> orders >= count);
        }

        void awaitPaperTraffic() {
            long count = tickers.get() + 20;
            awaitValue("the paper exchange asks for prices", tickers::get, asked -> asked >= count);
        }

        @Override
        public void close() throws IOException {
            server.close();
        }

        private interface Work {
            void run() throws IOException;
        }

        private static void daemon(Work work) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (IOException e) {
                    // closed by the other side, or at the end of the test
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** The bot's process: one connection per thread; it sends as fast as the exchange answers. */
    static final class Bot {
        public static void main(String[] arguments) {
            Path directory = Path.of(arguments[0]);
            int port = Integer.parseInt(arguments[1]);
            Telemetry telemetry = Telemetry.open(new TelemetrySettings(BOT, new RunDirectory(directory)));
            TradingShim shim = TradingShim.open(
                    telemetry,
                    new WireClient(port),
                    directory.resolve("bot.control"),
                    new CryptobotHome(directory, Path.of("state")));
            ClientOrderIds ids = new ClientOrderIds("it", System.currentTimeMillis());
            for (int thread = 0; thread < 4; thread++) {
                new Thread(() -> {
                            while (true) {
                                try {
                                    shim.processor()
                                            .process(OrderRequest.market(
                                                    ids.next(), "XRPETH", Side.BUY, BigDecimal.ONE));
                                } catch (OrderException e) {
                                    System.exit(1);
                                } catch (RuntimeException e) {
                                    Thread.yield(); // halted
                                }
                            }
                        })
                        .start();
            }
        }
    }

    private static final class WireClient implements ExchangeClient {
        private final ThreadLocal<Socket> connection;

        WireClient(int port) {
            connection = ThreadLocal.withInitial(() -> {
                try {
                    return new Socket(InetAddress.getLoopbackAddress(), port);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }

        private void call(char kind) throws OrderException {
            try {
                connection.get().getOutputStream().write(kind);
                if (connection.get().getInputStream().read() < 0) {
                    throw new IOException("closed");
                }
            } catch (IOException e) {
                throw new OrderException(FailureReason.UNKNOWN, "exchange: " + e, e);
            }
        }

        @Override
        public String name() {
            return "wire";
        }

        @Override
        public OrderAck place(OrderRequest request) throws OrderException {
            call('O');
            return new OrderAck(request.clientOrderId(), "1", OrderStatus.FILLED, request.quantity(), BigDecimal.ONE);
        }

        @Override
        public void cancel(String symbol, ClientOrderId id) {}

        @Override
        public List<ClientOrderId> openOrders(String symbol) {
            return List.of();
        }

        @Override
        public Ticker ticker(String symbol) throws OrderException {
            call('T');
            return new Ticker(symbol, BigDecimal.ONE, 0);
        }
    }
}
