package io.cryptobot.smoke.chain;

import io.cryptobot.smoke.chain.PrometheusApi.Target;
import java.time.Duration;
import java.util.List;

/**
 * The longest times of the chain, with the active settings. Immutable.
 *
 * @param scrape the longest interval of the exporters, with its timeout
 * @param evaluation interval of the rule
 * @param holdsFor how long the expression must be true
 * @param keepsFiringFor how long the alert still fires when the expression is false
 * @param range the range of the expression
 * @param groupWait how long Alertmanager waits before the first message of a group
 * @param groupInterval the shortest time between two messages of a group
 */
public record AlertTiming(
        Duration scrape,
        Duration evaluation,
        Duration holdsFor,
        Duration keepsFiringFor,
        Duration range,
        Duration groupWait,
        Duration groupInterval) {
    private static final Duration MARGIN = Duration.ofSeconds(10);
    /** The defaults of Prometheus and Alertmanager. */
    static final AlertTiming UNKNOWN = new AlertTiming(
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofMinutes(5),
            Duration.ofSeconds(30),
            Duration.ofMinutes(5));

    /** {@return how long it may take from a failed order to Slack} */
    public Duration detection() {
        return scrape.plus(evaluation).plus(holdsFor).plus(groupWait).plus(MARGIN);
    }

    /** {@return the longest time from the end of the alert to the resolved message} */
    public Duration resolution() {
        return range.plus(keepsFiringFor)
                .plus(scrape)
                .plus(evaluation.multipliedBy(2))
                .plus(groupInterval)
                .plus(MARGIN);
    }

    AlertTiming with(PrometheusApi.Rule rule) {
        return new AlertTiming(
                scrape,
                rule.interval(),
                rule.holdsFor(),
                rule.keepsFiringFor(),
                rule.range(),
                groupWait,
                groupInterval);
    }

    AlertTiming with(List<Target> targets) {
        Duration longest = Target.longest(targets, Target::interval).plus(Target.longest(targets, Target::timeout));
        return new AlertTiming(longest, evaluation, holdsFor, keepsFiringFor, range, groupWait, groupInterval);
    }

    AlertTiming with(AlertmanagerConfig.Route route) {
        return new AlertTiming(
                scrape, evaluation, holdsFor, keepsFiringFor, range, route.groupWait(), route.groupInterval());
    }
}
