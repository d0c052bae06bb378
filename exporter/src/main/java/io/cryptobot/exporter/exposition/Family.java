package io.cryptobot.exporter.exposition;

import io.cryptobot.telemetry.MetricType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A metric family of one page. Confined to one scrape.
 *
 * @param name without {@code _total} for a counter, as OpenMetrics has it
 * @param type of all its samples
 * @param help text of the first who claimed the name
 * @param samples those of one series side by side, as OpenMetrics wants them
 */
record Family(String name, MetricType type, String help, List<Sample> samples) {
    static final String TOTAL = "_total";

    /** The base units of Prometheus that our names end with; OpenMetrics knows no other way to tell a unit. */
    private static final List<String> BASE_UNITS = List.of("seconds", "bytes", "ratio");

    Family(String name, MetricType type, String help) {
        this(name, type, help, new ArrayList<>());
    }

    void add(SampleName sampleName, double value) {
        samples.add(new Sample(sampleName, value));
    }

    /** @param labels names and values in turn */
    void add(List<String> labels, double value) {
        add(new SampleName(sampleName(), labels), value);
    }

    /** {@return the name that a sample of this family without a suffix of its own has} */
    String sampleName() {
        return type == MetricType.COUNTER ? name + TOTAL : name;
    }

    /** {@return every name that a sample of such a family can have in one of the formats, and its own} */
    List<String> names() {
        String created = name + SampleName.CREATED;
        return switch (type) {
            case GAUGE -> List.of(name);
            case COUNTER -> List.of(name, name + TOTAL, created);
            case SUMMARY -> List.of(name, name + "_count", name + "_sum", created);
            case HISTOGRAM -> List.of(name, name + "_bucket", name + "_count", name + "_sum", created);
        };
    }

    /** {@return the family with only the samples of these names} */
    Family of(Set<String> sampleNames) {
        List<Sample> chosen = samples.stream()
                .filter(sample -> sampleNames.contains(sample.name().name()))
                .toList();
        return new Family(name, type, help, chosen);
    }

    void writeTo(PageText page, ExpositionFormat format) {
        switch (format) {
            case TEXT -> writeText(page);
            case OPENMETRICS -> writeOpenMetrics(page);
        }
    }

    /** {@return the unit that the name ends with; empty for none} */
    String unit() {
        return BASE_UNITS.stream()
                .filter(unit -> name.endsWith("_" + unit))
                .findFirst()
                .orElse("");
    }

    private void writeOpenMetrics(PageText page) {
        page.append("# TYPE " + name + " " + type.prometheusName() + "\n");
        String unit = unit();
        if (!unit.isEmpty()) {
            page.append("# UNIT " + name + " " + unit + "\n");
        }
        page.append("# HELP " + name + " " + PageText.escaped(help) + "\n");
        samples.forEach(sample -> sample.writeTo(page));
    }

    /** The text format has no creation timestamps: they become a family of their own. */
    private void writeText(PageText page) {
        String created = name + SampleName.CREATED;
        List<Sample> creations = new ArrayList<>();
        writeHeader(page, sampleName(), type);
        for (Sample sample : samples) {
            if (type != MetricType.GAUGE && sample.name().name().equals(created)) {
                creations.add(sample);
            } else {
                sample.writeTo(page);
            }
        }
        if (!creations.isEmpty()) {
            writeHeader(page, created, MetricType.GAUGE);
            creations.forEach(sample -> sample.writeTo(page));
        }
    }

    private void writeHeader(PageText page, String shownName, MetricType shownType) {
        page.append("# HELP " + shownName + " " + PageText.escapedLines(help) + "\n");
        page.append("# TYPE " + shownName + " " + shownType.prometheusName() + "\n");
    }
}
