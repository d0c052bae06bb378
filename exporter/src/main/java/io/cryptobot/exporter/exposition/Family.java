package io.cryptobot.exporter.exposition;

import io.cryptobot.telemetry.MetricType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A metric family of one page. Confined to one scrape.
 *
 * @param name the OpenMetrics name; the name of a counter has no {@code _total}
 * @param type the type of all samples
 * @param help the help text of the first claim
 * @param samples the samples; OpenMetrics requires that samples of one series are adjacent
 */
record Family(String name, MetricType type, String help, List<Sample> samples) {
    static final String TOTAL = "_total";

    /** The base units of Prometheus that our names end with. In OpenMetrics the name must end with the unit. */
    private static final List<String> BASE_UNITS = List.of("seconds", "bytes", "ratio");

    Family(String name, MetricType type, String help) {
        this(name, type, help, new ArrayList<>());
    }

    void add(SampleName sampleName, double value) {
        samples.add(new Sample(sampleName, value));
    }

    /** @param labels names and values, alternating */
    void add(List<String> labels, double value) {
        add(new SampleName(sampleName(), labels), value);
    }

    /** {@return the name of a sample without a suffix} */
    String sampleName() {
        return type == MetricType.COUNTER ? name + TOTAL : name;
    }

    /** {@return the name of the family and all possible names of its samples in both formats} */
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

    /** {@return the unit at the end of the name; empty if there is none} */
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

    /** Writes the text format. It has no creation timestamps, so they become a separate family. */
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
