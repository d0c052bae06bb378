package io.cryptobot.smoke.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A YAML document whose values know their line, for messages with file and line. It is strict: a key that is unknown or occurs
 * twice, a value of the wrong type, an alias and a second document are refused. Immutable.
 */
public final class LocatedYaml {
    private static final YAMLFactory YAML = YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private enum Kind {
        MAPPING("a mapping"),
        LIST("a list"),
        TEXT("a text"),
        OTHER("a number, true, false or nothing");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    private final String file;
    private final int line;
    private final Kind kind;
    private final String text;
    private final Map<String, LocatedYaml> members = new LinkedHashMap<>();
    private final List<LocatedYaml> items = new ArrayList<>();

    private LocatedYaml(String file, int line, Kind kind, String text) {
        this.file = file;
        this.line = line;
        this.kind = kind;
        this.text = text;
    }

    /**
     * {@return the one document in a text}
     *
     * @param file how messages name it
     * @param lineOffset how many lines of the file stand before the text
     */
    public static LocatedYaml parse(String file, String yaml, int lineOffset) throws ConfigurationException {
        try (YAMLParser parser = YAML.createParser(yaml)) {
            if (parser.nextToken() == null) {
                throw new ConfigurationException(file + ":" + (lineOffset + 1) + ": the document is empty");
            }
            LocatedYaml document = read(parser, file, lineOffset);
            if (parser.nextToken() != null) {
                throw new ConfigurationException(
                        place(file, lineOffset, parser.currentTokenLocation()) + "a second document");
            }
            return document;
        } catch (JsonProcessingException e) {
            throw new ConfigurationException(place(file, lineOffset, e.getLocation())
                    + e.getOriginalMessage().lines().findFirst().orElse("no YAML"));
        } catch (IOException e) {
            throw new ConfigurationException(file + ": cannot be read as YAML: " + e.getMessage());
        }
    }

    private static String place(String file, int lineOffset, JsonLocation location) {
        int line = location == null ? 1 : Math.max(1, location.getLineNr());
        return file + ":" + (lineOffset + line) + ": ";
    }

    private static LocatedYaml read(YAMLParser parser, String file, int lineOffset)
            throws IOException, ConfigurationException {
        JsonToken token = parser.currentToken();
        int line = lineOffset + parser.currentTokenLocation().getLineNr();
        if (parser.isCurrentAlias()) {
            throw new ConfigurationException(file + ":" + line + ": an alias; write the value out");
        }
        if (token == JsonToken.START_OBJECT) {
            LocatedYaml mapping = new LocatedYaml(file, line, Kind.MAPPING, "");
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                parser.nextToken();
                mapping.members.put(key, read(parser, file, lineOffset));
            }
            return mapping;
        }
        if (token == JsonToken.START_ARRAY) {
            LocatedYaml list = new LocatedYaml(file, line, Kind.LIST, "");
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                list.items.add(read(parser, file, lineOffset));
            }
            return list;
        }
        Kind kind = token == JsonToken.VALUE_STRING ? Kind.TEXT : Kind.OTHER;
        return new LocatedYaml(file, line, kind, token == JsonToken.VALUE_NULL ? "" : parser.getText());
    }

    /** {@return the line in the file, from 1} */
    public int line() {
        return line;
    }

    /** {@return a message with this value's place in front} */
    public String at(String problem) {
        return file + ":" + line + ": " + problem;
    }

    /** {@return a failure with this value's place in front} */
    public ConfigurationException wrong(String problem) {
        return new ConfigurationException(at(problem));
    }

    /** Refuses every other key. */
    public void allowOnly(Set<String> keys) throws ConfigurationException {
        require(Kind.MAPPING);
        for (Map.Entry<String, LocatedYaml> member : members.entrySet()) {
            if (!keys.contains(member.getKey())) {
                throw member.getValue()
                        .wrong("unknown key '" + member.getKey() + "'; known are "
                                + String.join(", ", keys.stream().sorted().toList()));
            }
        }
    }

    /** {@return the value of a key that must be there} */
    public LocatedYaml get(String key) throws ConfigurationException {
        return find(key).orElseThrow(() -> wrong("the key '" + key + "' is missing"));
    }

    /** {@return the value of a key that may be absent} */
    public Optional<LocatedYaml> find(String key) throws ConfigurationException {
        require(Kind.MAPPING);
        return Optional.ofNullable(members.get(key));
    }

    public List<LocatedYaml> list() throws ConfigurationException {
        require(Kind.LIST);
        return List.copyOf(items);
    }

    /** {@return a text; a number is refused} */
    public String text() throws ConfigurationException {
        require(Kind.TEXT);
        return text;
    }

    /** {@return any single value as it is written, empty for none} */
    public String scalar() throws ConfigurationException {
        if (kind != Kind.TEXT && kind != Kind.OTHER) {
            throw wrong("expected a single value, found " + kind.words);
        }
        return text;
    }

    /**
     * {@return a single value that is read by {@code parse}, which throws for what it does not know}
     *
     * @param expected what it must be, for the message
     */
    public <T> T as(String expected, Function<String, T> parse) throws ConfigurationException {
        String value = scalar();
        try {
            return parse.apply(value);
        } catch (RuntimeException e) { // each parser of the JDK throws exceptions of its own
            throw wrong("expected " + expected + ", was '" + value + "'");
        }
    }

    private void require(Kind expected) throws ConfigurationException {
        if (kind != expected) {
            throw wrong("expected " + expected.words + ", found " + kind.words
                    + (text.isEmpty() ? "" : " ('" + text + "')"));
        }
    }
}
