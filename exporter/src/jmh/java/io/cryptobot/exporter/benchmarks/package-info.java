/** What a scrape costs, against other exporters. Run by {@code smoke-tools/bin/bench exporter}. */
package io.cryptobot.exporter.benchmarks;
