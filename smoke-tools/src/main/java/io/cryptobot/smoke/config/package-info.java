/**
 * From {@code config/production.env}, which a person edits, to {@code config/runtime_overrides.json}, which the bot reads.
 * Both hold secrets, so messages name file, line and variable and never a value.
 */
@NullMarked
package io.cryptobot.smoke.config;

import org.jspecify.annotations.NullMarked;
