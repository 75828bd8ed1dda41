package aifactory.workload.dataset.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/** How the records of a file are laid out, recognised by its beginning and its name. */
enum Layout {
    /** A value in JSON per line. */
    LINES,
    /** One list in JSON. */
    LIST,
    /** Values in JSON that follow each other, over several lines each. */
    VALUES,
    /** Rows under a header. */
    TABLE;

    /**
     * The layout of a file.
     *
     * @param name of the file, without the suffix of its compression
     * @param head its first bytes, decompressed, without a byte order mark
     * @param whole whether there are no more
     */
    static Layout of(String name, byte[] head, boolean whole) {
        String text = new String(head, StandardCharsets.UTF_8);
        String lower = name.toLowerCase(Locale.ROOT);
        List<String> lines =
                text.lines().filter(line -> !line.isBlank()).limit(3).toList();
        if (lines.isEmpty()) {
            return LINES;
        }
        String first = lines.getFirst().strip();
        if (lower.endsWith(".csv") || lower.endsWith(".tsv")) {
            return TABLE;
        }
        boolean complete = value(first).isPresent();
        if (first.startsWith("[")) {
            return ofBracket(head, value(first), lines.size());
        }
        if (first.startsWith("{") || first.startsWith("\"")) {
            boolean cutOff = !whole && lines.size() == 1;
            if (complete || cutOff) {
                return LINES;
            }
            if (first.startsWith("{")) {
                return valuesFollow(head) ? VALUES : LINES;
            }
        }
        return !complete && isHeader(first) ? TABLE : LINES;
    }

    /** A line that begins with a bracket is a list of messages, or the whole file is a list. */
    private static Layout ofBracket(byte[] head, Optional<JsonNode> line, int lines) {
        if (line.isPresent()) {
            JsonNode list = line.get();
            boolean record =
                    !list.isEmpty() && (isMessage(list.get(0)) || list.get(0).isNumber());
            return record || (lines > 1 && !list.isEmpty()) ? LINES : LIST;
        }
        return firstMemberIsMessage(head) ? VALUES : LIST;
    }

    private static boolean isMessage(JsonNode node) {
        return node.isObject()
                && (node.path("role").isString() || node.path("from").isString())
                && !node.has("conversations")
                && !node.has("messages");
    }

    private static boolean firstMemberIsMessage(byte[] head) {
        try (JsonParser json = JsonRecords.MAPPER.createParser(head)) {
            return json.nextToken() == JsonToken.START_ARRAY
                    && json.nextToken() == JsonToken.START_OBJECT
                    && isMessage(json.readValueAsTree());
        } catch (JacksonException e) {
            return false;
        }
    }

    /** Whether a value spans lines, so that it is not a broken line. */
    private static boolean valuesFollow(byte[] head) {
        try (JsonParser json = JsonRecords.MAPPER.createParser(head)) {
            List<JsonToken> tokens = new ArrayList<>();
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                tokens.add(token);
                if (json.currentTokenLocation().getLineNr() > 1 && tokens.size() > 2) {
                    return true;
                }
            }
            return false;
        } catch (JacksonException e) {
            return false;
        }
    }

    private static boolean isHeader(String line) {
        int fields = Math.max(
                CsvRecords.fields(line, ',').size(),
                Math.max(
                        CsvRecords.fields(line, ';').size(),
                        CsvRecords.fields(line, '\t').size()));
        return fields > 1;
    }

    private static Optional<JsonNode> value(String text) {
        try {
            return Optional.of(JsonRecords.MAPPER.readTree(text)).filter(node -> !node.isMissingNode());
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** The first record of a file that has one, for the recognition of its format. */
    static Optional<JsonNode> firstRecord(Layout layout, byte[] head) {
        String text = new String(head, StandardCharsets.UTF_8);
        return switch (layout) {
            case LINES ->
                text.lines()
                        .filter(line -> !line.isBlank())
                        .flatMap(line -> value(line.strip()).stream())
                        .findFirst();
            case LIST, VALUES -> firstValue(head, layout == LIST);
            case TABLE -> firstRow(text);
        };
    }

    private static Optional<JsonNode> firstValue(byte[] head, boolean list) {
        try (JsonParser json = JsonRecords.MAPPER.createParser(head)) {
            if (list) {
                json.nextToken();
            }
            JsonToken token = json.nextToken();
            return token == null || token == JsonToken.END_ARRAY
                    ? Optional.empty()
                    : Optional.of(json.readValueAsTree());
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static Optional<JsonNode> firstRow(String text) {
        List<String> lines =
                text.lines().filter(line -> !line.isBlank()).limit(1).toList();
        try {
            CsvRecords.Header header = CsvRecords.headerOf(lines.getFirst().getBytes(StandardCharsets.UTF_8));
            return Optional.of(header.decode(emptyRow(header).getBytes(StandardCharsets.UTF_8)));
        } catch (DatasetException | IOException e) {
            return Optional.empty();
        }
    }

    /** The names of the columns suffice to recognise a table. */
    private static String emptyRow(CsvRecords.Header header) {
        return String.valueOf(header.separator()).repeat(header.names().size() - 1);
    }
}
