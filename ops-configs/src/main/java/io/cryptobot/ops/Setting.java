package io.cryptobot.ops;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Host-specific settings. The shipped files contain the default as plain text, so they work without any setting. */
enum Setting {
    BOTS("bots", "cryptobot-desktop:9100", "the exporters to scrape, separated by commas", Place.PROMETHEUS),
    ALERTMANAGERS("alertmanagers", "alertmanager:9093", "all Alertmanagers, separated by commas", Place.PROMETHEUS),
    PROMETHEUS("prometheus", "localhost:9090", "the address at which Prometheus scrapes itself", Place.PROMETHEUS),
    RUNBOOKS("runbooks.url", "https://runbooks.example.com", "where people read runbooks/", Place.RULES),
    GRAFANA("grafana.url", "https://grafana.example.com", "where people read the dashboard", Place.RULES),
    SECRETS("secrets.directory", "/etc/alertmanager/secrets", "the directory of the secret files", Place.ALERTMANAGER),
    SLACK_CHANNEL("slack.channel", "#cryptobot-alerts", "the channel", Place.ALERTMANAGER),
    PAGERDUTY("pagerduty.url", "https://events.pagerduty.com/v2/enqueue", "the events API", Place.ALERTMANAGER),
    HEARTBEAT(
            "heartbeat.url",
            "http://127.0.0.1:9095/heartbeat",
            "the relay to the heartbeat monitor",
            Place.ALERTMANAGER);

    /** The files that contain a setting. */
    private enum Place {
        PROMETHEUS("ops/prometheus/prometheus.yml"),
        RULES(ReleaseManifest.RULES),
        ALERTMANAGER("ops/alertmanager/alertmanager.yml");

        private final String prefix;

        Place(String prefix) {
            this.prefix = prefix;
        }
    }

    /** No character that could end a YAML string or start another key. */
    private static final Pattern VALUE = Pattern.compile("[\\w.:/#@%?&=~\\[\\]-]+");

    private final String key;
    private final String defaultValue;
    private final String meaning;
    private final Place place;

    Setting(String key, String defaultValue, String meaning, Place place) {
        this.key = key;
        this.defaultValue = defaultValue;
        this.meaning = meaning;
        this.place = place;
    }

    String key() {
        return key;
    }

    /** {@return the default, which is the text in the shipped files} */
    String defaultValue() {
        return defaultValue;
    }

    boolean isUsedIn(String path) {
        return path.startsWith(place.prefix);
    }

    static Optional<Setting> of(String key) {
        return Arrays.stream(values())
                .filter(setting -> setting.key.equals(key))
                .findFirst();
    }

    /**
     * {@return the text that replaces {@link #defaultValue}; the members of a list are quoted one by one}
     *
     * @throws IllegalArgumentException if the value has characters that are not allowed
     */
    String rendered(String value) {
        boolean list = this == BOTS || this == ALERTMANAGERS;
        String[] members = list ? value.split(",", -1) : new String[] {value};
        for (String member : members) {
            if (!VALUE.matcher(member.strip()).matches()) {
                throw new IllegalArgumentException(key + "=" + value + " is not what is expected: " + meaning);
            }
        }
        return Arrays.stream(members).map(String::strip).collect(Collectors.joining("\", \""));
    }

    /** {@return the content of a new settings file: every setting, commented out} */
    static String example() {
        return "# Settings of this host. No release replaces this file; a change takes effect with the next install.\n"
                + Arrays.stream(values())
                        .map(setting ->
                                "\n# " + setting.meaning + "\n#" + setting.key + "=" + setting.defaultValue + "\n")
                        .collect(Collectors.joining());
    }
}
