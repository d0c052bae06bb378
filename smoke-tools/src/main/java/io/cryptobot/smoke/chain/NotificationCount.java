package io.cryptobot.smoke.chain;

/**
 * Requests of Alertmanager to one kind of receiver since its start. Immutable.
 *
 * @param answered requests that were answered, refusals included
 * @param failed requests that were refused or got no answer
 */
public record NotificationCount(long answered, long failed) {
    /** {@return requests that the receiver has accepted} */
    long accepted() {
        return answered - failed;
    }
}
