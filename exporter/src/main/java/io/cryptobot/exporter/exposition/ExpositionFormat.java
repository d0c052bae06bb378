package io.cryptobot.exporter.exposition;

import io.prometheus.client.exporter.common.TextFormat;
import java.util.Locale;

/**
 * The two text formats and their negotiation. simpleclient's own negotiation is not used, because it chooses
 * OpenMetrics even for {@code q=0}.
 */
public enum ExpositionFormat {
    /** Prometheus text format 0.0.4. */
    TEXT(TextFormat.CONTENT_TYPE_004, "text/plain", "0.0.4"),
    /** OpenMetrics 1.0.0. */
    OPENMETRICS(TextFormat.CONTENT_TYPE_OPENMETRICS_100, "application/openmetrics-text", "1.0.0");

    private final String contentType;
    private final String mediaType;
    private final String version;

    ExpositionFormat(String contentType, String mediaType, String version) {
        this.contentType = contentType;
        this.mediaType = mediaType;
        this.version = version;
    }

    /** {@return the Content-Type header of a page in this format} */
    public String contentType() {
        return contentType;
    }

    /**
     * {@return the format that this Accept header prefers} The format with the higher q wins. If both are equal,
     * OpenMetrics wins only if the header names it and not the text format. A client that accepts neither gets the text
     * format, like from every Prometheus exporter.
     *
     * @param accept all Accept headers, joined by commas; empty if there are none
     */
    public static ExpositionFormat negotiate(String accept) {
        Preference text = TEXT.preference(accept);
        Preference openMetrics = OPENMETRICS.preference(accept);
        if (openMetrics.quality == text.quality) {
            return openMetrics.quality > 0 && openMetrics.specificity > text.specificity ? OPENMETRICS : TEXT;
        }
        return openMetrics.quality > text.quality ? OPENMETRICS : TEXT;
    }

    /** The q of a format comes from the most specific range that matches it (RFC 9110, 12.5.1). */
    private record Preference(int specificity, double quality) {}

    private Preference preference(String accept) {
        Preference best = new Preference(0, 0);
        for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = range.split(";", -1);
            int specificity = specificity(parts[0].strip());
            double quality = 1;
            for (int index = 1; index < parts.length; index++) {
                String parameter = parts[index].replace("\"", "").strip();
                if (parameter.startsWith("q=")) {
                    quality = quality(parameter.substring(2));
                } else if (parameter.startsWith("version=") && specificity > 0) {
                    boolean same = parameter.equals("version=" + version);
                    specificity = same ? specificity + 1 : 0;
                }
            }
            if (specificity > best.specificity || (specificity == best.specificity && quality > best.quality)) {
                best = new Preference(specificity, specificity == 0 ? 0 : quality);
            }
        }
        return best;
    }

    /** {@return the specificity; 0 if the range does not match this format} A matching version adds 1. */
    private int specificity(String range) {
        if (range.equals(mediaType)) {
            return 3;
        }
        if (range.equals(mediaType.substring(0, mediaType.indexOf('/')) + "/*")) {
            return 2;
        }
        return range.equals("*/*") ? 1 : 0;
    }

    private static double quality(String value) {
        try {
            double quality = Double.parseDouble(value);
            return quality >= 0 && quality <= 1 ? quality : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
