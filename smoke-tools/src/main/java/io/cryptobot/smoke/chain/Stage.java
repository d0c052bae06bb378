package io.cryptobot.smoke.chain;

import io.cryptobot.smoke.cli.CheckResult;
import io.cryptobot.smoke.cli.CheckResult.Status;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One stage of the chain, polled until it passes or times out. Immutable.
 *
 * @param id short and stable, for scripts
 * @param title what is true when the stage passes
 * @param poll gives the evidence when there is some
 * @param cause called after a timeout: the probable reason why there is no evidence
 * @param nextStep what to do then
 */
record Stage(String id, String title, Poll poll, Cause cause, String nextStep) {
    /** The evidence, and its time if that is known more exactly than "now". */
    record Evidence(Map<String, String> values, Optional<Instant> time) {
        static Optional<Evidence> of(String name, String value) {
            return Optional.of(new Evidence(Map.of(name, value), Optional.empty()));
        }
    }

    /**
     * Why a stage did not pass.
     *
     * @param status {@link Status#FAIL} if a fault was detected, {@link Status#TIMEOUT} if it is possibly only slow
     */
    record Finding(Status status, String text) {
        static Finding broken(String text) {
            return new Finding(Status.FAIL, text);
        }

        static Finding late(String text) {
            return new Finding(Status.TIMEOUT, text);
        }
    }

    interface Poll {
        Optional<Evidence> evidence() throws IOException, InterruptedException;
    }

    interface Cause {
        Finding why() throws IOException, InterruptedException;
    }

    /** {@return the result, with its time since {@code start}} */
    CheckResult await(Instant start, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        String noAnswer;
        do {
            try {
                Optional<Evidence> evidence = poll.evidence();
                if (evidence.isPresent()) {
                    return passed(start, evidence.get());
                }
                noAnswer = "";
            } catch (IOException | IllegalArgumentException e) { // or an answer with something else in it
                noAnswer = String.valueOf(e.getMessage());
            }
            HttpProbe.pause();
        } while (System.nanoTime() < deadline);
        return failed(noAnswer).took(Duration.between(start, Instant.now()));
    }

    private CheckResult passed(Instant start, Evidence evidence) {
        CheckResult result = CheckResult.pass(id, title);
        for (Map.Entry<String, String> value : evidence.values().entrySet()) {
            result = result.withEvidence(value.getKey(), value.getValue());
        }
        return result.took(Duration.between(start, evidence.time().orElseGet(Instant::now)));
    }

    private CheckResult failed(String noAnswer) throws InterruptedException {
        if (!noAnswer.isEmpty()) {
            return unreachable(noAnswer);
        }
        try {
            Finding finding = cause.why();
            return new CheckResult(id, title, finding.status(), Duration.ZERO, finding.text(), nextStep, Map.of());
        } catch (IOException | IllegalArgumentException e) {
            return unreachable(String.valueOf(e.getMessage()));
        }
    }

    private CheckResult unreachable(String noAnswer) {
        return CheckResult.fail(id, title, noAnswer, "check that the program at that address runs");
    }
}
