package io.cryptobot.ops;

import java.io.IOException;

/** A server that runs {@code DIR/current}. */
interface RunningServer {

    /**
     * Makes the server read its configuration anew, if it has one of the installation.
     *
     * @throws InstallException if it does not answer or refuses
     */
    void reload() throws IOException, InstallException;

    /**
     * Holds what the server has loaded against a release.
     *
     * @return what was compared, for people
     * @throws InstallException if it does not answer, or runs something else
     */
    String verify(FileTree live) throws IOException, InstallException;
}
