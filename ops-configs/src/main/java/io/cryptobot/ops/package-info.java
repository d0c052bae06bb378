/**
 * The monitoring configuration as one versioned jar: rules, routing, dashboard, compose file and runbooks under
 * {@code ops/}. {@link io.cryptobot.ops.OpsConfigs} unpacks them.
 */
@NullMarked
package io.cryptobot.ops;

import org.jspecify.annotations.NullMarked;
