/**
 * The files that people edit and commands read. From {@code config/production.env} to {@code config/runtime_overrides.json}:
 * both hold secrets, so their messages name file, line and variable and never a value. {@link
 * io.cryptobot.smoke.config.PlacedYaml} is for files without secrets.
 */
@NullMarked
package io.cryptobot.smoke.config;

import org.jspecify.annotations.NullMarked;
