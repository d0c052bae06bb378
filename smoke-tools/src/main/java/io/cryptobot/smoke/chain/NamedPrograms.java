package io.cryptobot.smoke.chain;

/** Which programs of a chain somebody has named, rather than left at their default addresses. */
public record NamedPrograms(boolean exporter, boolean prometheus, boolean alertmanager) {}
