package io.cryptobot.trading.mode;

import io.cryptobot.telemetry.files.InstanceName;
import io.cryptobot.trading.ClientOrderId;
import io.cryptobot.trading.TradingMode;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The two processes of {@link GateStormIT}; either may be killed at any moment. */
final class GateStorm {
    static final InstanceName BOT = new InstanceName("bot");
    private static final ClientOrderId ORDER = new ClientOrderId("bot-1");
    private static final int SENDERS = 4;
    /** Maximum number of concurrent orders of one thread: more than the entries that it tries. */
    private static final int ORDERS = 12;

    private static final int UNKNOWN_ONE_OF = 4;
    private static final int SPINS = 100;
    private static final long WINDOW_NANOS = 10_000;

    private GateStorm() {}

    /** The sequence of the sender's operations. */
    enum Protocol {
        /** The gate itself. */
        GATE,
        /** Checks first and registers then: the gate must not do this. */
        NO_SECOND_CHECK
    }

    /**
     * Simulates the connection to the exchange: a mapped page that survives both processes. Each word has its own cache
     * line.
     */
    static final class Wire {
        private static final int LENGTH = 4096;
        private static final VarHandle LONGS =
                MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
        private final ByteBuffer page;

        Wire(Path directory) throws IOException {
            try (FileChannel channel = FileChannel.open(
                    directory.resolve("wire"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE)) {
                page = channel.map(FileChannel.MapMode.READ_WRITE, 0, LENGTH).order(ByteOrder.nativeOrder());
            }
        }

        /** Counts one order that is being sent. */
        void order() {
            LONGS.getAndAdd(page, 0, 1L);
            stillOpen();
        }

        /** Waits for the answer of an order that is already sent. */
        void stillOpen() {
            if (isDrained()) {
                LONGS.getAndAdd(page, 128, 1L);
            }
        }

        long orders() {
            return (long) LONGS.getVolatile(page, 0);
        }

        /** {@return the number of orders that were sent after the switch had reported "drained"} */
        long violations() {
            return (long) LONGS.getVolatile(page, 128);
        }

        void setDrained(boolean drained) {
            LONGS.setVolatile(page, 256, drained ? 1L : 0L);
        }

        private boolean isDrained() {
            return (long) LONGS.getVolatile(page, 256) != 0;
        }

        void flipped() {
            LONGS.getAndAdd(page, 384, 1L);
        }

        long flips() {
            return (long) LONGS.getVolatile(page, 384);
        }
    }

    /**
     * The bot: four threads that send as fast as the gate allows. Each thread has several orders in flight; every
     * second time they are more than the entries that it tries. Some of them are ended by another thread.
     */
    static final class Sender {
        public static void main(String[] arguments) throws Exception {
            Path directory = Path.of(arguments[0]);
            Protocol protocol = Protocol.valueOf(arguments[1]);
            Wire wire = new Wire(directory);
            ModeGate gate = open(directory);
            ControlFile file = gate.controlFile().orElseThrow();
            BlockingQueue<Pass> answers = new ArrayBlockingQueue<>(ORDERS);
            new Thread(() -> answer(gate, wire, answers)).start();
            for (int sender = 0; sender < SENDERS; sender++) {
                new Thread(() -> {
                            while (true) {
                                switch (protocol) {
                                    case GATE -> send(gate, wire, answers);
                                    case NO_SECOND_CHECK -> sendWrongly(file, wire);
                                }
                            }
                        })
                        .start();
            }
        }

        /** Waits for the lock: the last run was killed, but the kernel may not have released it yet. */
        private static ModeGate open(Path directory) throws InterruptedException {
            ModeGate gate = ModeGate.open(
                    directory.resolve("bot.control"), new DurableMode(directory, BOT), (mode, inFlight) -> {});
            while (gate.controlFile().isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(1);
                gate.watcher().poll();
            }
            return gate;
        }

        private static void send(ModeGate gate, Wire wire, BlockingQueue<Pass> answers) {
            int orders = 1 + ThreadLocalRandom.current().nextInt(ORDERS);
            Pass[] passes = new Pass[orders];
            for (int order = 0; order < orders; order++) {
                passes[order] = gate.enter(ORDER, "XRPETH");
                if (passes[order].mode() == TradingMode.LIVE) {
                    wire.order();
                }
            }
            for (Pass pass : passes) {
                if (pass.mode() == TradingMode.LIVE) {
                    wire.stillOpen();
                    if (!answers.offer(pass)) {
                        end(gate, pass);
                    }
                }
            }
        }

        private static void answer(ModeGate gate, Wire wire, BlockingQueue<Pass> answers) {
            try {
                while (true) {
                    Pass pass = answers.take();
                    wire.stillOpen();
                    end(gate, pass);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e); // nobody does
            }
        }

        /** Some orders end as unknown and are stored immediately. */
        private static void end(ModeGate gate, Pass pass) {
            if (ThreadLocalRandom.current().nextInt(UNKNOWN_ONE_OF) == 0) {
                gate.exitUnknown(pass).run();
            } else {
                gate.exit(pass);
            }
        }

        /**
         * Waits between its two operations, like a thread that the scheduler stops there. Otherwise the error may not
         * occur on some machines.
         */
        private static void sendWrongly(ControlFile file, Wire wire) {
            if (TradingMode.ofWord(file.modeWord()) == TradingMode.LIVE) {
                LockSupport.parkNanos(WINDOW_NANOS);
                Pass pass = file.orders().enter();
                wire.order();
                file.orders().complete(pass.entry());
            }
        }
    }

    /** The switch: to live and back as fast as orders drain, without waiting for acknowledgements. */
    static final class Flipper {
        public static void main(String[] arguments) throws Exception {
            Path directory = Path.of(arguments[0]);
            Wire wire = new Wire(directory);
            ControlFile file = ControlFile.open(directory.resolve("bot.control"), BOT, TradingMode.PAPER.word(1));
            while (true) {
                wire.setDrained(false);
                set(file, TradingMode.LIVE);
                spin();
                set(file, TradingMode.PAPER);
                while (file.orders().inFlight() > 0) {
                    Thread.onSpinWait();
                }
                wire.setDrained(true);
                spin();
                wire.flipped();
            }
        }

        private static void set(ControlFile file, TradingMode mode) {
            file.setModeWord(mode.word(TradingMode.epochOfWord(file.modeWord()) + 1));
        }

        private static void spin() {
            for (int round = 0; round < SPINS; round++) {
                Thread.onSpinWait();
            }
        }
    }
}
