package io.cryptobot.exporter.bots;

import io.cryptobot.telemetry.files.InstanceName;
import java.time.Instant;

/**
 * A bot that has been gone for so long that nobody wants to see its series any more. Immutable.
 *
 * @param name its instance name
 * @param lastHeartbeat when it beat last, by its own clock
 */
public record ForgottenBot(InstanceName name, Instant lastHeartbeat) {}
