package io.cryptobot.smoke.config;

/** A configuration file is missing or wrong. The message says where and what to do, without a value of the file. */
public final class ConfigurationException extends Exception {
    public ConfigurationException(String message) {
        super(message);
    }
}
