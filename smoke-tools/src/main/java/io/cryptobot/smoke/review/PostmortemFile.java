package io.cryptobot.smoke.review;

import io.cryptobot.smoke.config.ConfigurationException;
import io.cryptobot.smoke.config.LocatedYaml;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A postmortem file and its problems, each with file and line. Confined to one thread. */
final class PostmortemFile {
    private static final int MAX_SIZE_BYTES = 1 << 20;
    private static final Set<String> KEYS =
            Set.of("id", "alert", "bot", "severity", "start", "end", "owner", "created", "due", "status");
    private static final Set<String> STATUSES = Set.of("draft", "reviewed", "closed");
    private static final List<String> SECTIONS =
            List.of("Summary", "Impact", "Timeline", "Contributing factors", "Actions");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\bTODO\\b|\\{\\{\\w*}}");
    private static final Set<String> GUIDANCE = guidance();

    private final Path file;
    private final List<String> lines;
    private final Map<Integer, String> problems = new TreeMap<>();
    private @Nullable Instant start;
    private @Nullable Instant end;
    private String bot = "";

    private PostmortemFile(Path file, List<String> lines) {
        this.file = file;
        this.lines = lines;
    }

    /**
     * {@return every postmortem in a directory, by name}
     *
     * @throws IOException when the directory or a file cannot be read
     */
    static List<PostmortemFile> readAll(Path directory) throws IOException {
        List<PostmortemFile> files = new ArrayList<>();
        try (Stream<Path> paths = Files.list(directory)) {
            for (Path path : paths.sorted().toList()) {
                String name = path.getFileName().toString();
                if (name.endsWith(".md") && !name.equals("TEMPLATE.md") && !name.equals("README.md")) {
                    files.add(read(path));
                }
            }
        }
        return files;
    }

    static PostmortemFile read(Path path) throws IOException {
        if (Files.size(path) > MAX_SIZE_BYTES) {
            throw new IOException(path + " is larger than " + MAX_SIZE_BYTES + " bytes");
        }
        PostmortemFile file;
        try {
            file = new PostmortemFile(path, Files.readString(path).lines().toList());
        } catch (CharacterCodingException e) {
            throw new IOException(path + " is not UTF-8 text", e);
        }
        file.check();
        return file;
    }

    /** {@return the problems, in the order of the lines} */
    List<String> problems() {
        return List.copyOf(problems.values());
    }

    Path file() {
        return file;
    }

    /** Whether it is about this incident. */
    boolean covers(Incident incident) {
        Instant from = start;
        if (from == null || !(bot.isEmpty() || incident.bot().isEmpty() || bot.equals(incident.bot()))) {
            return false;
        }
        Instant to = end == null ? from : end;
        // the draft has whole seconds
        return !from.isAfter(incident.to().plusSeconds(1))
                && !to.isBefore(incident.from().minusSeconds(1));
    }

    private void check() {
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1);
            if (PLACEHOLDER.matcher(line).find() || GUIDANCE.stream().anyMatch(line::contains)) {
                problem(number, "template text is left: " + shortened(line.strip()));
            }
        }
        int closing = lines.isEmpty() || !lines.get(0).equals("---")
                ? -1
                : lines.subList(1, lines.size()).indexOf("---");
        if (closing < 0) {
            problem(1, "expected front matter between two lines ---");
        } else {
            try {
                // a value {{…}} would be a mapping to YAML
                String yaml = String.join("\n", lines.subList(1, closing + 1)).replaceAll("\\{\\{\\w*}}", "TODO");
                frontMatter(LocatedYaml.parse(file.toString(), yaml, 1));
            } catch (ConfigurationException e) {
                problem(e);
            }
        }
        sections(Math.max(0, closing + 2));
    }

    private void frontMatter(LocatedYaml values) throws ConfigurationException {
        values.allowOnly(KEYS);
        Optional<LocatedYaml> about = values.find("bot");
        bot = about.isPresent() ? about.get().scalar() : "";
        LocatedYaml from = values.get("start");
        start = time(from);
        LocatedYaml to = values.get("end");
        Instant ended = time(to);
        if (ended.isBefore(start)) {
            throw to.wrong("the end is before the start");
        }
        end = ended;
        LocatedYaml id = values.get("id");
        if (!(id.scalar() + ".md").equals(file.getFileName().toString())) {
            throw id.wrong("the id must be the name of the file, " + file.getFileName() + " without .md");
        }
        for (String key : List.of("alert", "severity", "owner")) {
            if (values.get(key).scalar().isBlank()) {
                throw values.get(key).wrong(key + " is empty");
            }
        }
        LocatedYaml status = values.get("status");
        if (!STATUSES.contains(status.scalar())) {
            throw status.wrong("expected draft, reviewed or closed, was '" + status.scalar() + "'");
        }
        LocatedYaml due = values.get("due");
        Instant latest = ended.plus(Incident.TIME_TO_WRITE);
        if (time(due).isAfter(latest)) {
            throw due.wrong("it is due 24 hours after the end, at " + latest);
        }
        LocatedYaml created = values.get("created");
        Instant written = time(created);
        if (written.isAfter(latest)) {
            throw created.wrong("late: begun at " + written + ", was due at " + latest);
        }
    }

    private static Instant time(LocatedYaml value) throws ConfigurationException {
        return value.as("a moment such as 2026-11-25T15:52:03Z", Instant::parse);
    }

    private void sections(int begin) {
        Map<String, Integer> found = new LinkedHashMap<>();
        Set<String> filled = new HashSet<>();
        String current = "";
        boolean header = false;
        for (int index = begin; index < lines.size(); index++) {
            String line = lines.get(index).strip();
            if (line.startsWith("## ")) {
                current = line.substring(3).strip();
                found.put(current, index + 1);
                header = true;
            } else if (line.startsWith("|") && header) {
                header = !line.matches("[|: -]+"); // a table is empty up to the line under its head
            } else if (!line.isEmpty() && !line.startsWith("<!--")) {
                filled.add(current);
            }
        }
        for (String section : SECTIONS) {
            Integer line = found.get(section);
            if (line == null) {
                problem(Math.max(1, lines.size()), "the section '" + section + "' is missing");
            } else if (!filled.contains(section)) {
                problem(line, "the section '" + section + "' is empty");
            }
        }
    }

    private void problem(int line, String what) {
        problems.putIfAbsent(line, file + ":" + line + ": " + what);
    }

    private void problem(ConfigurationException e) {
        String message = String.valueOf(e.getMessage());
        Matcher line = Pattern.compile(Pattern.quote(file + ":") + "([0-9]+): .*", Pattern.DOTALL)
                .matcher(message);
        // template text that is left in that line is reported already
        problems.putIfAbsent(line.matches() ? Integer.parseInt(line.group(1)) : 1, message);
    }

    private static String shortened(String line) {
        return line.length() <= 60 ? line : line.substring(0, 60) + "…";
    }

    private static Set<String> guidance() {
        Set<String> guidance = new HashSet<>();
        PostmortemDraft.template()
                .lines()
                .filter(line -> line.contains("TODO: "))
                .forEach(line ->
                        guidance.add(line.substring(line.indexOf("TODO: ") + 6).replaceAll("[ |]+$", "")));
        return Set.copyOf(guidance);
    }
}
