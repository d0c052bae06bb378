package io.cryptobot.exporter.exposition;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/** The name and labels of a sample. It is cached between pages. Immutable. */
final class SampleName {
    /** Suffix of the sample with the creation timestamp. */
    static final String CREATED = "_created";

    private final String name;
    private final byte[] text;

    /**
     * @param name the name of the sample with its suffix, for example {@code _total} or {@code _bucket}
     * @param labels names and values, alternating
     */
    SampleName(String name, List<String> labels) {
        this.name = name;
        this.text = text(name, labels).getBytes(UTF_8);
    }

    /** {@return the name without labels} */
    String name() {
        return name;
    }

    /** {@return the text before the value, equal in both formats} The caller must not change it. */
    byte[] text() {
        return text;
    }

    /** {@return name, labels and a space; the text is unique for each set of labels} */
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
