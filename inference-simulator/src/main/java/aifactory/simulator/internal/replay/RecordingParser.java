package aifactory.simulator.internal.replay;

import aifactory.simulator.Recording;
import aifactory.simulator.Recording.End;
import aifactory.simulator.Recording.Segment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads one file of recordings, line by line. Used once. */
public final class RecordingParser {
    private static final int MOST_RECORDINGS = 10_000;
    private static final int MOST_SEGMENTS = 100_000;
    private static final int MOST_RESPONSE_BYTES = 16 << 20;
    private static final double LONGEST_DELAY_MILLIS = 600_000;
    private static final int EXCERPT_CHARACTERS = 100;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+/-]{0,199}");
    private static final Pattern PATH = Pattern.compile("/[!-~]{0,999}");
    private static final Set<String> HEAD_MEMBERS =
            Set.of("recording", "server", "source", "note", "request", "expect");
    private static final Set<String> REQUEST_MEMBERS = Set.of("method", "path", "headers", "body");
    private static final Set<String> SEGMENT_MEMBERS = Set.of("after_ms", "text", "base64", "end");

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path file;
    private final List<Recording> recordings = new ArrayList<>();
    private int line;

    private @Nullable String name;
    private String path = "";
    private List<Segment> segments = new ArrayList<>();
    private int responseBytes;

    private RecordingParser(Path file) {
        this.file = file;
    }

    /**
     * The recordings of a file's text.
     *
     * @param file for messages alone
     * @throws IllegalArgumentException names the file, the line and what was expected
     */
    public static List<Recording> parse(Path file, String text) {
        RecordingParser parser = new RecordingParser(file);
        text.lines().forEach(parser::line);
        if (parser.name != null) {
            throw parser.invalid("the recording '" + parser.name + "' has no line with \"end\"");
        }
        return parser.recordings;
    }

    private void line(String text) {
        line++;
        if (text.isBlank()) {
            return;
        }
        JsonNode json = object(text);
        if (json.has("recording")) {
            begin(json);
        } else {
            segment(json);
        }
    }

    private JsonNode object(String text) {
        JsonNode json;
        try {
            json = MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw invalid("not JSON: " + excerpt(text));
        }
        if (!json.isObject()) {
            throw invalid("not a JSON object: " + excerpt(text));
        }
        return json;
    }

    private void begin(JsonNode head) {
        if (name != null) {
            throw invalid("a recording begins before '" + name + "' has its line with \"end\"");
        }
        if (recordings.size() == MOST_RECORDINGS) {
            throw invalid("more than " + MOST_RECORDINGS + " recordings in one file");
        }
        requireMembers(head, HEAD_MEMBERS);
        JsonNode request = head.path("request");
        if (!request.isObject()) {
            throw invalid("\"request\" is missing (expected an object with the \"path\" that was asked)");
        }
        requireMembers(request, REQUEST_MEMBERS);
        name = text(head.path("recording"), NAME, "\"recording\"", "a name of letters, digits and ._+/-");
        String target = text(request.path("path"), PATH, "\"path\"", "a path that begins with /");
        int query = target.indexOf('?');
        path = query < 0 ? target : target.substring(0, query);
        segments = new ArrayList<>();
        responseBytes = 0;
    }

    private void segment(JsonNode json) {
        if (name == null) {
            throw invalid("a line before the first with \"recording\": " + excerpt(json.toString()));
        }
        requireMembers(json, SEGMENT_MEMBERS);
        if ((json.has("text") ? 1 : 0) + (json.has("base64") ? 1 : 0) + (json.has("end") ? 1 : 0) != 1) {
            throw invalid("expected one of \"text\", \"base64\" and \"end\", not " + excerpt(json.toString()));
        }
        if (segments.size() == MOST_SEGMENTS) {
            throw invalid("more than " + MOST_SEGMENTS + " segments in one recording");
        }
        long delayNanos = delayNanos(json.path("after_ms"));
        if (json.has("end")) {
            end(name, delayNanos, json.path("end"));
            return;
        }
        byte[] bytes = bytes(json);
        responseBytes += bytes.length;
        if (responseBytes > MOST_RESPONSE_BYTES) {
            throw invalid("a response of more than " + MOST_RESPONSE_BYTES + " bytes");
        }
        segments.add(new Segment(delayNanos, bytes));
    }

    private void end(String ended, long delayNanos, JsonNode how) {
        End end = null;
        for (End one : End.values()) {
            if (how.isString() && how.asString().equals(one.name().toLowerCase(Locale.ROOT))) {
                end = one;
            }
        }
        if (end == null) {
            throw invalid("invalid value for \"end\": " + excerpt(how.toString())
                    + " (expected \"open\", \"close\" or \"reset\")");
        }
        if (delayNanos > 0) {
            segments.add(new Segment(delayNanos, new byte[0]));
        }
        recordings.add(new Recording(ended, path, segments, end));
        name = null;
    }

    private byte[] bytes(JsonNode json) {
        JsonNode value = json.has("text") ? json.path("text") : json.path("base64");
        if (!value.isString()) {
            throw invalid("the bytes are not a string: " + excerpt(json.toString()));
        }
        if (json.has("text")) {
            return value.asString().getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Base64.getDecoder().decode(value.asString());
        } catch (IllegalArgumentException e) {
            throw invalid("invalid value for \"base64\": " + excerpt(value.asString()));
        }
    }

    private long delayNanos(JsonNode value) {
        double millis = value.isNumber() ? value.asDouble() : value.isMissingNode() ? 0 : Double.NaN;
        if (!(millis >= 0 && millis <= LONGEST_DELAY_MILLIS)) {
            throw invalid("invalid value for \"after_ms\": " + excerpt(value.toString())
                    + " (expected milliseconds from 0 to " + (long) LONGEST_DELAY_MILLIS + ")");
        }
        return Math.round(millis * 1e6);
    }

    private String text(JsonNode value, Pattern pattern, String member, String expected) {
        if (!value.isString() || !pattern.matcher(value.asString()).matches()) {
            throw invalid(
                    "invalid value for " + member + ": " + excerpt(value.toString()) + " (expected " + expected + ")");
        }
        return value.asString();
    }

    private void requireMembers(JsonNode object, Set<String> known) {
        for (String member : object.propertyNames()) {
            if (!known.contains(member)) {
                throw invalid("unknown member \"" + excerpt(member) + "\" (known: "
                        + String.join(", ", known.stream().sorted().toList()) + ")");
            }
        }
    }

    private IllegalArgumentException invalid(String why) {
        return new IllegalArgumentException("--replay " + file + ": line " + line + ": " + why);
    }

    private static String excerpt(String text) {
        String printable = text.replaceAll("\\p{Cntrl}", "?");
        return printable.length() <= EXCERPT_CHARACTERS
                ? printable
                : printable.substring(0, EXCERPT_CHARACTERS) + "...";
    }
}
