package io.cryptobot.ops;

/** A command that cannot go on; the message is the one line that a person reads. */
final class InstallException extends Exception {

    private final ExitCode exitCode;

    InstallException(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    static InstallException refused(String message) {
        return new InstallException(ExitCode.REFUSED, message);
    }

    ExitCode exitCode() {
        return exitCode;
    }
}
