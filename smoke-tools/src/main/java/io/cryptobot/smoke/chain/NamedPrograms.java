package io.cryptobot.smoke.chain;

/** The programs of a chain that have a configured address; the others have their default address. */
public record NamedPrograms(boolean exporter, boolean prometheus, boolean alertmanager) {}
