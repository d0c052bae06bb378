package io.cryptobot.ops;

/** The exit codes of the commands, for scripts. */
enum ExitCode {
    DONE(0),
    /** Something could not be read or written; the active release is unchanged. */
    FAILED(1),
    USAGE(2),
    /** The release or the local files did not pass the checks; the active release is unchanged. */
    REFUSED(3),
    /** Prometheus or Alertmanager rejected the release; the previous release is active again. */
    ROLLED_BACK(4),
    /** Prometheus or Alertmanager rejected the release, and the rollback failed too: manual action is needed. */
    ROLLBACK_FAILED(5),
    /** Another command is running in the directory. */
    BUSY(6);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
