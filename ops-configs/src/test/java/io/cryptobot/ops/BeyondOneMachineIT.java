package io.cryptobot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.cryptobot.testing.OneJdk;
import io.cryptobot.testing.RealEngines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is shipped and what docs/beyond-one-machine.md shows for more than one machine, in Prometheus' own tool. */
@OneJdk
@RealEngines
final class BeyondOneMachineIT {

    private static final Path PAGE = Path.of("../docs/beyond-one-machine.md");
    private static final YAMLMapper YAML = new YAMLMapper();

    @TempDir
    Path home;

    private Path prometheus;

    @BeforeEach
    void unpackAndActivateTheExamples() throws IOException {
        OpsConfigs.unpack(home);
        prometheus = home.resolve("ops/prometheus");
        List<Path> examples = Ops.files(prometheus, ".example");
        assertThat(examples).hasSize(4);
        for (Path example : examples) {
            Files.copy(
                    example,
                    example.resolveSibling(example.getFileName().toString().replace(".example", "")));
        }
    }

    /** promtool also checks the rule files and the target files. */
    @Test
    void everyExampleIsValidInItsPlace() {
        String output = Tool.PROMTOOL.succeed("check", "config", prometheus.resolve("prometheus.yml"));

        assertThat(Ops.files(prometheus.resolve("inventory"), ".yml"))
                .hasSize(2)
                .allSatisfy(rules -> {
                    assertThat(output).contains("Checking " + rules);
                    Tool.PROMTOOL.succeed("check", "rules", "--lint-fatal", rules);
                });
    }

    @Test
    void agentIsValidInAgentMode() {
        Path agent = prometheus.resolve("agent.yml");

        Tool.PROMTOOL.succeed("check", "config", "--agent", agent);

        assertThat(Ops.yaml(agent).findValues("password"))
                .as("secrets are files")
                .isEmpty();
        assertThat(Ops.yaml(agent).at("/scrape_configs/0/metric_relabel_configs"))
                .as("drills are marked where they are scraped")
                .isEqualTo(
                        Ops.yaml(prometheus.resolve("prometheus.yml")).at("/scrape_configs/0/metric_relabel_configs"));
    }

    @Test
    void silentAgentIsDetectedWithinAMinute() throws IOException {
        Path test = Files.copy(
                Path.of("src/test/resources/examples/agents.test.yml"),
                prometheus.resolve("inventory").resolve("agents.test"));

        Tool.PROMTOOL.succeed("test", "rules", test);
    }

    static List<String> snippets() {
        return Pattern.compile("^```yaml\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(Ops.text(PAGE))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    /** The first line of a snippet names its file; its keys replace those of the shipped file. */
    @ParameterizedTest
    @MethodSource("snippets")
    void snippetOfThePageIsValidInItsFile(String snippet) throws IOException {
        String file = snippet.lines().findFirst().orElseThrow().replaceFirst("^# ([\\w.]+).*$", "$1");
        assertThat(file).isEqualTo("prometheus.yml");
        Path config = prometheus.resolve(file);
        ObjectNode shipped = (ObjectNode) YAML.readTree(config.toFile());
        YAML.readTree(snippet).properties().forEach(key -> shipped.set(key.getKey(), key.getValue()));
        YAML.writeValue(config.toFile(), shipped);

        Tool.PROMTOOL.succeed("check", "config", config);
    }

    @Test
    void pageHasSnippets() {
        assertThat(snippets()).hasSizeGreaterThan(3);
    }
}
