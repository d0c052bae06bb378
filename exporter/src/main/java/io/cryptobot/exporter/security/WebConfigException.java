package io.cryptobot.exporter.security;

import java.io.IOException;
import java.nio.file.Path;

/** A web configuration or one of its files cannot be used. The message is one line without secrets. */
final class WebConfigException extends IOException {
    WebConfigException(Path file, String problem) {
        super(file + ": " + problem);
    }
}
