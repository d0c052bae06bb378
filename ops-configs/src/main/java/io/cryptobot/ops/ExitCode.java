package io.cryptobot.ops;

/** How a command ended, for scripts. */
enum ExitCode {
    DONE(0),
    /** Something could not be read or written; what runs is unchanged. */
    FAILED(1),
    USAGE(2),
    /** The release, or what the host adds to it, did not pass the checks; what runs is unchanged. */
    REFUSED(3),
    /** Prometheus or Alertmanager did not take the release; the one before is back in place. */
    RETURNED(4),
    /** As {@link #RETURNED}, and they did not take the one before either: a person has to look. */
    NOT_RETURNED(5),
    /** Another installation is at work in the directory. */
    BUSY(6);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
