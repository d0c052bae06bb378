package io.cryptobot.ops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The Alertmanager configuration of the compose file's default: the shipped one, but every message goes to the local
 * receivers and no file with a secret is read, so that it cannot reach a person. The build writes it, so no second copy
 * must be maintained. Stateless.
 */
final class LocalAlertmanager {

    static final String PATH = "ops/monitoring/alertmanager-local.yml";

    static final String RECEIVERS = "http://receivers:9180";

    private static final String SHIPPED = "ops/alertmanager/alertmanager.yml";

    private static final String HEAD = """
            # Made by the build from ../alertmanager/alertmanager.yml: all messages go to the local receivers, nobody is paged.

            """;

    /** The receivers accept only these values; they are no secrets. */
    private static final Map<String, String> REPLACEMENTS = Map.of(
            Setting.PAGERDUTY.defaultValue(),
            RECEIVERS + "/v2/enqueue",
            "api_url_file: " + Setting.SECRETS.defaultValue() + "/slack_api_url",
            "api_url: " + RECEIVERS + "/services/T00000000/B00000000/local",
            "routing_key_file: " + Setting.SECRETS.defaultValue() + "/pagerduty_routing_key",
            "routing_key: 0123456789abcdef0123456789abcdef",
            Setting.HEARTBEAT.defaultValue(),
            RECEIVERS + "/heartbeat");

    private LocalAlertmanager() {}

    /** Writes it into a directory of resources, {@code <classes>}. The build runs it. */
    public static void main(String[] arguments) throws IOException {
        Path classes = Path.of(arguments[0]);
        Files.writeString(classes.resolve(PATH), of(Files.readString(classes.resolve(SHIPPED))));
    }

    /**
     * {@return the local configuration}
     *
     * @param shipped the text of {@code alertmanager.yml}
     * @throws IllegalArgumentException if a text to replace is missing: the messages would reach people
     */
    static String of(String shipped) {
        String local = shipped;
        for (Map.Entry<String, String> replacement : REPLACEMENTS.entrySet()) {
            if (!local.contains(replacement.getKey())) {
                throw new IllegalArgumentException(
                        SHIPPED + " does not mention " + replacement.getKey() + ", which is replaced in " + PATH);
            }
            local = local.replace(replacement.getKey(), replacement.getValue());
        }
        return HEAD + local;
    }
}
