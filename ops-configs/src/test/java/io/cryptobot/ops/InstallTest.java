package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands, as far as no Prometheus, Alertmanager or tool of theirs is needed. */
final class InstallTest {

    private static final String TEMPLATES = "ops/alertmanager/templates/cryptobot.tmpl";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path home;

    private Path host;
    private Path secret;

    @BeforeEach
    void hostWithSecrets() throws IOException {
        host = home.toRealPath().resolve("host");
        Path secrets = Files.createDirectories(home.toRealPath().resolve("secrets"));
        for (String name : new String[] {"slack_api_url", "pagerduty_routing_key"}) {
            secret = Files.writeString(secrets.resolve(name), "value");
            Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r-----"));
        }
        set("secrets.directory=" + secrets);
    }

    private void set(String... lines) throws IOException {
        Path settings = host.resolve("local/settings.properties");
        Files.createDirectories(settings.getParent());
        Files.write(settings, List.of(lines));
    }

    private int run(String command, String... options) {
        out.reset();
        err.reset();
        String[] line = Stream.concat(
                        Stream.of(command, "--to", host.toString(), "--without-tools"), Arrays.stream(options))
                .toArray(String[]::new);
        return OpsConfigs.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                line);
    }

    private void refuses(String message) {
        assertThat(run("install")).isEqualTo(3);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("ops-configs: " + message + System.lineSeparator());
        assertThat(host.resolve("current")).doesNotExist();
        assertThat(host.resolve("releases")).isEmptyDirectory();
    }

    /** {@return where the shipped files are in unit tests: among the classes} */
    private static Path origin() {
        return Path.of("target/classes").toAbsolutePath();
    }

    private String live(String path) throws IOException {
        return Files.readString(host.resolve("current").resolve(path));
    }

    @Test
    void installedFilesAreTheShippedOnesWithTheSettingsOfTheHost() throws IOException {
        set("secrets.directory=" + secret.getParent(), "bots=a:9100, b:9100", "runbooks.url=https://wiki.acme.test/r");
        assertThat(run("install")).isZero();

        assertThat(live("ops/prometheus/prometheus.yml"))
                .contains("- targets: [\"a:9100\", \"b:9100\"]", "- " + host.resolve("local/inventory/*.yml"))
                .contains("- files: [" + host.resolve("local/targets/cryptobot/*.yml") + "]")
                .contains("- files: [" + host.resolve("local/targets/host/*.yml") + "]");
        assertThat(live("ops/prometheus/rules/monitoring.yml"))
                .contains("https://wiki.acme.test/r/PrometheusRuleFailures.md")
                .doesNotContain("runbooks.example.com");
        assertThat(live("shipped/ops/prometheus/prometheus.yml"))
                .isEqualTo(Ops.text(Ops.SOURCE.resolve("prometheus/prometheus.yml")));
        assertThat(run("verify")).isZero();
    }

    @Test
    void whoeverRunsPrometheusMayReadWhateverTheUmask() throws IOException {
        run("install");

        Path rules = host.resolve("current").toRealPath().resolve("ops/prometheus/rules/monitoring.yml");
        for (Path path = rules; !path.equals(host); path = path.getParent()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo(Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--");
        }
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void everySettingStandsInTheShippedFiles(Setting setting) {
        assertThat(Ops.files(Ops.SOURCE, ".yml").stream()
                        .filter(file -> setting.isUsedIn("ops/" + Ops.SOURCE.relativize(file)))
                        .filter(file -> Ops.text(file).contains(setting.defaultValue())))
                .isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "bot=a, there is no setting bot",
        "bots=a b, 'bots=a b is not what is expected: the exporters to scrape, separated by commas'",
        "'slack.channel=\"', 'slack.channel=\" is not what is expected: the channel'"
    })
    void wrongSettingIsNamed(String line, String message) throws IOException {
        set(line);

        refuses(host.resolve("local/settings.properties") + ": " + message);
    }

    @Test
    void overrideTakesThePlaceOfTheShippedFile() throws IOException {
        Path override = host.resolve("local/overrides/ops/prometheus/rules/monitoring.yml");
        Files.createDirectories(override.getParent());
        Files.writeString(override, "groups: []\n");
        assertThat(run("install")).isZero();

        assertThat(live("ops/prometheus/rules/monitoring.yml")).isEqualTo("groups: []\n");
        assertThat(run("verify")).isZero();
    }

    @Test
    void overrideOfNothingIsRefused() throws IOException {
        Path override = host.resolve("local/overrides/prometheus.yml");
        Files.createDirectories(override.getParent());
        Files.writeString(override, "");

        refuses(override + ": this release has no file prometheus.yml to override");
    }

    /** Every metric of every rule, the message's own queries included; a comment may say what it likes. */
    @Test
    void metricThatNobodyExportsIsRefused() throws IOException {
        Path override = host.resolve("local/overrides/ops/prometheus/rules/monitoring.yml");
        Files.createDirectories(override.getParent());
        Files.writeString(override, """
                groups:
                  - name: own
                    rules:
                      - record: cryptobot_own
                        expr: sum(cryptobot_up) + bot:cryptobot_other:sum # cryptobot_nothing
                      - record: bot:cryptobot_other:sum
                        expr: sum(cryptobot_order_total) + cryptobot_own
                """);

        refuses(override + ":7: unknown metric cryptobot_order_total: a rule that uses it never fires");
    }

    @Test
    void templateThatNobodyDefinesIsRefused() throws IOException {
        Path override = host.resolve("local/overrides").resolve(TEMPLATES);
        Files.createDirectories(override.getParent());
        Files.writeString(
                override, Ops.text(Ops.SOURCE.resolveSibling(TEMPLATES)).replace("cryptobot.title", "title"));

        refuses(origin() + ": ops/alertmanager/alertmanager.yml"
                + ": unknown template \"cryptobot.title\": the first alert would be lost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n"})
    void emptySecretIsRefused(String value) throws IOException {
        Files.writeString(secret, value);

        refuses(secret + ": this secret is empty");
    }

    @Test
    void missingSecretIsRefused() throws IOException {
        Files.delete(secret);

        refuses(secret + ": this secret is missing");
    }

    @Test
    void secretThatEverybodyCanReadIsRefused() throws IOException {
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));

        refuses(secret + ": all users can read this secret: chmod o-rwx");
    }

    @Test
    void fileThatWasChangedByHandIsFound() throws IOException {
        run("install");
        Path rules = host.resolve("current").toRealPath().resolve("ops/prometheus/rules/monitoring.yml");
        Files.writeString(rules, Files.readString(rules).replace("[5m]", "[6m]"));

        assertThat(run("verify")).isEqualTo(3);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("ops-configs: " + rules + ": differs from the release with the files of local/");
        assertThat(run("install")).isEqualTo(3);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("was changed by hand");
    }

    /** Each change of a setting is a release of its own here, so that versions need not be made up. */
    @Test
    void threeReleasesAreKeptAndRollbackGoesToTheOneBefore() throws IOException {
        for (String channel : new String[] {"#one", "#two", "#three", "#four"}) {
            set("secrets.directory=" + secret.getParent(), "slack.channel=" + channel);
            assertThat(run("install")).isZero();
        }

        assertThat(run("list")).isZero();
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).startsWith("* ").endsWith("  install");
        try (Stream<Path> releases = Files.list(host.resolve("releases"))) {
            assertThat(releases).hasSize(3);
        }
        // settings belong to the host: a rollback does not bring the old channel back, and says so
        assertThat(run("rollback")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("with the current files of " + host.resolve("local"));
    }

    /** What a killed command leaves: a half release, a link, and no line in the history. */
    @Test
    void releaseThatNobodyHasProvenIsNoPlaceToGoBackTo() throws IOException {
        run("install");
        Path proven = host.resolve("current").toRealPath();
        List<String> history = Files.readAllLines(host.resolve("history"));
        set("secrets.directory=" + secret.getParent(), "slack.channel=#killed");
        run("install");
        Files.write(host.resolve("history"), history);
        Path half = host.resolve("releases/.staged").resolve(TEMPLATES);
        Files.createDirectories(half.getParent());
        Files.writeString(half, "half a fil");
        assertThat(run("verify")).isZero();

        set("secrets.directory=" + secret.getParent(), "slack.channel=#next");
        assertThat(run("install", "--prometheus", "http://127.0.0.1:1")).isEqualTo(5);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("; current is releases/" + proven.getFileName()
                        + " again, but the servers did not confirm it: ");
        assertThat(host.resolve("current").toRealPath()).isEqualTo(proven);
        assertThat(host.resolve("releases/.staged")).doesNotExist();
    }

    @Test
    void releaseThatNoServerTookIsNotKeptForARollback() throws IOException {
        run("install");
        Path proven = host.resolve("current").toRealPath();
        set("secrets.directory=" + secret.getParent(), "slack.channel=#refused");
        assertThat(run("install", "--prometheus", "http://127.0.0.1:1")).isEqualTo(5);

        assertThat(run("list")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .startsWith("* " + proven.getFileName());
        assertThat(run("rollback")).isEqualTo(1);
        assertThat(host.resolve("current").toRealPath()).isEqualTo(proven);
    }

    @Test
    void serverThatDoesNotAnswerLeavesNothingInUse() {
        assertThat(run("install", "--prometheus", "http://127.0.0.1:1")).isEqualTo(4);

        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("ops-configs: http://127.0.0.1:1/-/reload: no answer: ")
                .endsWith(" is not active, because there was no release before" + System.lineSeparator());
        assertThat(host.resolve("current")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "--to, --to needs a value",
        "--frce, unknown argument --frce",
        "--without-tools=yes, unknown argument --without-tools=yes",
        "--to=/x, expected --to DIR once",
        "--prometheus=localhost, not the address of a server: localhost",
        "--alertmanager=http://u:p@localhost:1, do not put a password into the URL: other users can see it in ps"
    })
    void wrongUsageIsNamed(String option, String message) {
        assertThat(run("verify", option)).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8).strip())
                .isEqualTo("ops-configs: " + message + " (see --help)")
                .doesNotContain("u:p");
    }

    @Test
    void nothingInstalledIsSaid() {
        assertThat(run("verify")).isEqualTo(1);
        assertThat(run("rollback")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("ops-configs: " + host + ": there is no release to go back to" + System.lineSeparator());
    }
}
