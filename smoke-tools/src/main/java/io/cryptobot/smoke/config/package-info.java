/** Reads files that people edit, and keeps the line of each value for messages: {@link io.cryptobot.smoke.config.LocatedYaml}. */
@NullMarked
package io.cryptobot.smoke.config;

import org.jspecify.annotations.NullMarked;
