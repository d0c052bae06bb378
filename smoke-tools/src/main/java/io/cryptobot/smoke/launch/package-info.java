/** Commands that the launchers need: class data archive and shell completion. */
@NullMarked
package io.cryptobot.smoke.launch;

import org.jspecify.annotations.NullMarked;
