package io.cryptobot.exporter.exposition;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/** The name and labels of a sample. Made once and kept from page to page. Immutable. */
final class SampleName {
    /** Suffix of the sample that tells when a count began. */
    static final String CREATED = "_created";

    private final String name;
    private final byte[] text;

    /**
     * @param name the sample's own, with {@code _total}, {@code _bucket} and the like
     * @param labels names and values in turn
     */
    SampleName(String name, List<String> labels) {
        this.name = name;
        this.text = text(name, labels).getBytes(UTF_8);
    }

    /** {@return the name without labels} */
    String name() {
        return name;
    }

    /** {@return what stands before the value, the same in both formats; not to be changed} */
    byte[] text() {
        return text;
    }

    /** {@return name and labels, different for different labels, and a space} */
    static String text(String name, List<String> labels) {
        StringBuilder text = new StringBuilder(name);
        for (int index = 0; index < labels.size(); index += 2) {
            text.append(index == 0 ? "{" : ",")
                    .append(labels.get(index))
                    .append("=\"")
                    .append(PageText.escaped(labels.get(index + 1)))
                    .append('"');
        }
        return text.append(labels.isEmpty() ? " " : "} ").toString();
    }
}
