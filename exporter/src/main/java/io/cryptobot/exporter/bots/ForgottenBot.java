package io.cryptobot.exporter.bots;

import io.cryptobot.telemetry.files.InstanceName;
import java.time.Instant;

/**
 * A bot that stopped longer ago than {@code forgetAfter}: its series are no longer exported. Immutable.
 *
 * @param name its instance name
 * @param lastHeartbeat the time of its last heartbeat, by its own clock
 */
public record ForgottenBot(InstanceName name, Instant lastHeartbeat) {}
