package io.cryptobot.smoke.chain;

import io.cryptobot.smoke.chain.PrometheusApi.Target;
import java.time.Duration;
import java.util.List;

/**
 * How long the chain may take, by the settings in force. Immutable.
 *
 * @param scrape the longest interval of the exporters, with its timeout
 * @param evaluation interval of the rule
 * @param holdsFor how long the expression must be true
 * @param keepsFiringFor how long the alert still fires after it
 * @param range how far back the expression looks
 * @param groupWait how long Alertmanager collects
 * @param groupInterval how often it tells a change
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

    /** {@return how long it may take until everybody knows that it is over} */
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
