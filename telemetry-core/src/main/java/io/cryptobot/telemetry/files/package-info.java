/**
 * The files and directories of a bot: where they are, who owns them, and how they are mapped and replaced. JDK only.
 */
@NullMarked
package io.cryptobot.telemetry.files;

import org.jspecify.annotations.NullMarked;
