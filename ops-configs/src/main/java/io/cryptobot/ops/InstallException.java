package io.cryptobot.ops;

/** Stops a command; its message is the one line that the user reads. */
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
