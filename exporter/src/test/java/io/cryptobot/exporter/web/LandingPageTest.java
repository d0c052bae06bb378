package io.cryptobot.exporter.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.cryptobot.exporter.bots.Bots;
import io.cryptobot.exporter.bots.UnreadableFile;
import io.cryptobot.telemetry.counters.CountersFileException.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

class LandingPageTest {
    @Test
    void escapesWhatComesFromOutside() {
        Bots bots = new Bots(List.of(), List.of(new UnreadableFile("<b>'&\"", Reason.FOREIGN, "/secret/path")));
        assertThat(new LandingPage("1<2").render(bots).body())
                .contains("Version 1&lt;2.", "<li>&lt;b&gt;&#39;&amp;&quot;: unreadable: foreign</li>")
                .doesNotContain("/secret/path");
    }

    @Test
    void saysThatThereAreNoBots() {
        assertThat(new LandingPage("1").render(new Bots(List.of(), List.of())).body())
                .contains("<li>none: the run directory holds no counters files</li>");
    }
}
