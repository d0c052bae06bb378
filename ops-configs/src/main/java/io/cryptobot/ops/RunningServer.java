package io.cryptobot.ops;

import java.io.IOException;

/** A running server whose configuration is in {@code DIR/current}. */
interface RunningServer {

    /**
     * Makes the server reload its configuration.
     *
     * @throws InstallException if the server does not answer or rejects the configuration
     */
    void reload() throws IOException, InstallException;

    /**
     * Compares the loaded configuration with a release.
     *
     * @return a text about what was compared, for the user
     * @throws InstallException if the server does not answer, or has loaded something else
     */
    String verify(FileTree live) throws IOException, InstallException;
}
