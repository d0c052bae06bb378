/** Support for the tests of all modules: waiting, child processes, clocks, ports and real or fake servers. */
package io.cryptobot.testing;
