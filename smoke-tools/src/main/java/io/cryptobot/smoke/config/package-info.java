/** Files that people edit, with the place of each value for messages: {@link io.cryptobot.smoke.config.PlacedYaml}. */
@NullMarked
package io.cryptobot.smoke.config;

import org.jspecify.annotations.NullMarked;
