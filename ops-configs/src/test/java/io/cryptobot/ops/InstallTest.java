package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands without Prometheus, Alertmanager, promtool and amtool. */
final class InstallTest {

    private static final String TEMPLATES = "ops/alertmanager/templates/cryptobot.tmpl";

    @TempDir
    Path home;

    private MonitoringHost host;

    @BeforeEach
    void hostWithSecrets() throws IOException {
        host = new MonitoringHost(home);
    }

    private void refuses(String message) {
        assertThat(host.run("install").failure(ExitCode.REFUSED)).isEqualTo("ops-configs: " + message);
        assertThat(host.current()).doesNotExist();
        assertThat(host.root().resolve("releases")).isEmptyDirectory();
    }

    /** {@return where the shipped files are in unit tests: among the classes} */
    private static Path origin() {
        return Path.of("target/classes").toAbsolutePath();
    }

    private String live(String path) throws IOException {
        return Files.readString(host.current().resolve(path));
    }

    @Test
    void installedFilesAreTheShippedOnesWithTheSettingsOfTheHost() throws IOException {
        host.set("bots=a:9100, b:9100", "runbooks.url=https://wiki.acme.test/r");
        host.run("install").succeeds();

        assertThat(live("ops/prometheus/prometheus.yml"))
                .contains(
                        "- targets: [\"a:9100\", \"b:9100\"]",
                        "- " + host.root().resolve("local/inventory/*.yml"))
                .contains("- files: [" + host.root().resolve("local/targets/cryptobot/*.yml") + "]")
                .contains("- files: [" + host.root().resolve("local/targets/host/*.yml") + "]");
        assertThat(live("ops/prometheus/rules/monitoring.yml"))
                .contains("https://wiki.acme.test/r/PrometheusRuleFailures.md")
                .doesNotContain("runbooks.example.com");
        assertThat(live("shipped/ops/prometheus/prometheus.yml"))
                .isEqualTo(Ops.text(Ops.SOURCE.resolve("prometheus/prometheus.yml")));
        host.run("verify").succeeds();
    }

    @Test
    void allUsersCanReadIndependentOfTheUmask() throws IOException {
        host.run("install").succeeds();

        Path rules = host.current().toRealPath().resolve("ops/prometheus/rules/monitoring.yml");
        for (Path path = rules; !path.equals(host.root()); path = path.getParent()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo(Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--");
        }
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void everySettingIsInTheShippedFiles(Setting setting) {
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
        host.set(line);

        refuses(host.root().resolve("local/settings.properties") + ": " + message);
    }

    @Test
    void overrideReplacesTheShippedFile() throws IOException {
        host.local("overrides/ops/prometheus/rules/monitoring.yml", "groups: []\n");
        host.run("install").succeeds();

        assertThat(live("ops/prometheus/rules/monitoring.yml")).isEqualTo("groups: []\n");
        host.run("verify").succeeds();
    }

    @Test
    void overrideOfNothingIsRefused() throws IOException {
        Path override = host.local("overrides/prometheus.yml", "");

        refuses(override + ": this release has no file prometheus.yml to override");
    }

    /** Every metric of every rule, the message's own queries included; names in comments are ignored. */
    @Test
    void unknownMetricIsRefused() throws IOException {
        Path override = host.local("overrides/ops/prometheus/rules/monitoring.yml", """
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
    void undefinedTemplateIsRefused() throws IOException {
        host.local(
                "overrides/" + TEMPLATES,
                Ops.text(Ops.SOURCE.resolveSibling(TEMPLATES)).replace("cryptobot.title", "title"));

        refuses(origin() + ": ops/alertmanager/alertmanager.yml"
                + ": unknown template \"cryptobot.title\": the first alert would be lost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n"})
    void emptySecretIsRefused(String value) throws IOException {
        Files.writeString(host.secret(), value);

        refuses(host.secret() + ": this secret is empty");
    }

    @Test
    void missingSecretIsRefused() throws IOException {
        Files.delete(host.secret());

        refuses(host.secret() + ": this secret is missing");
    }

    @Test
    void secretThatEverybodyCanReadIsRefused() throws IOException {
        Files.setPosixFilePermissions(host.secret(), PosixFilePermissions.fromString("rw-r--r--"));

        refuses(host.secret() + ": all users can read this secret: chmod o-rwx");
    }

    @Test
    void fileThatWasChangedByHandIsFound() throws IOException {
        host.run("install").succeeds();
        Path rules = host.current().toRealPath().resolve("ops/prometheus/rules/monitoring.yml");
        Files.writeString(rules, Files.readString(rules).replace("[5m]", "[6m]"));

        assertThat(host.run("verify").failure(ExitCode.REFUSED))
                .startsWith("ops-configs: " + rules + ": differs from the release with the files of local/");
        assertThat(host.run("install").failure(ExitCode.REFUSED)).contains("was changed by hand");
    }

    /** Here each change of a setting makes a new release. */
    @Test
    void threeReleasesAreKeptAndRollbackGoesToTheOneBefore() throws IOException {
        for (String channel : new String[] {"#one", "#two", "#three", "#four"}) {
            host.set("slack.channel=" + channel);
            host.run("install").succeeds();
        }

        List<String> lines = host.run("list").succeeds().out().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).startsWith("* ").endsWith("  install");
        try (Stream<Path> releases = Files.list(host.root().resolve("releases"))) {
            assertThat(releases).hasSize(3);
        }
        // settings belong to the host: a rollback does not restore the old channel, and reports this
        assertThat(host.run("rollback").failure(ExitCode.FAILED))
                .contains("with the current files of " + host.root().resolve("local"));
    }

    /** A killed command leaves a partial release, a link, and no line in the history. */
    @Test
    void rollbackIgnoresAReleaseThatNoServerAccepted() throws IOException {
        host.run("install").succeeds();
        Path proven = host.current().toRealPath();
        List<String> history = Files.readAllLines(host.root().resolve("history"));
        host.set("slack.channel=#killed");
        host.run("install").succeeds();
        Files.write(host.root().resolve("history"), history);
        Path half = host.root().resolve("releases/.staged").resolve(TEMPLATES);
        Files.createDirectories(half.getParent());
        Files.writeString(half, "half a fil");
        host.run("verify").succeeds();

        host.set("slack.channel=#next");
        assertThat(installWithoutServer().failure(ExitCode.ROLLBACK_FAILED))
                .contains("; current is releases/" + proven.getFileName()
                        + " again, but the servers did not confirm it: ");
        assertThat(host.current().toRealPath()).isEqualTo(proven);
        assertThat(host.root().resolve("releases/.staged")).doesNotExist();
    }

    @Test
    void rejectedReleaseIsNotKeptForARollback() throws IOException {
        host.run("install").succeeds();
        Path proven = host.current().toRealPath();
        host.set("slack.channel=#refused");
        installWithoutServer().failure(ExitCode.ROLLBACK_FAILED);

        assertThat(host.run("list").succeeds().out().lines())
                .singleElement()
                .asString()
                .startsWith("* " + proven.getFileName());
        host.run("rollback").failure(ExitCode.FAILED);
        assertThat(host.current().toRealPath()).isEqualTo(proven);
    }

    @Test
    void serverThatDoesNotAnswerLeavesNoActiveRelease() {
        assertThat(installWithoutServer().failure(ExitCode.ROLLED_BACK))
                .startsWith("ops-configs: http://127.0.0.1:1/-/reload: no answer: ")
                .endsWith(" is not active, because there was no release before");
        assertThat(host.current()).doesNotExist();
    }

    private MonitoringHost.Result installWithoutServer() {
        return host.run("install", "--prometheus", "http://127.0.0.1:1");
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
        assertThat(host.run("verify", option).failure(ExitCode.USAGE))
                .isEqualTo("ops-configs: " + message + " (see --help)")
                .doesNotContain("u:p");
    }

    @Test
    void missingInstallationIsReported() {
        host.run("verify").failure(ExitCode.FAILED);
        assertThat(host.run("rollback").failure(ExitCode.FAILED))
                .isEqualTo("ops-configs: " + host.root() + ": there is no release to go back to");
    }
}
