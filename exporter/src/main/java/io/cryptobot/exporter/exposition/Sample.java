package io.cryptobot.exporter.exposition;

/**
 * A line of a page. Immutable.
 *
 * @param name its name and labels
 * @param value the value in the exported unit
 */
record Sample(SampleName name, double value) {
    void writeTo(PageText page) {
        page.append(name.text());
        page.appendValue(value);
    }
}
