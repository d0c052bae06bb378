package io.cryptobot.exporter;

import io.cryptobot.testing.ChildProcess;
import io.cryptobot.testing.ChildProcess.Result;

/** Prometheus' own judge of a metrics page. Stateless. */
final class Promtool {
    /** What it says about a page without a fault. */
    static final Result NO_FAULT = new Result(0, "");

    private Promtool() {}

    /** {@return what {@code promtool check metrics} says about a page in text format} */
    static Result check(String page) {
        return ChildProcess.program("promtool", "check", "metrics")
                .debianPackage("prometheus")
                .input(page)
                .run();
    }
}
