package aifactory.workload.dataset.source;

import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.row.PqList;
import dev.hardwood.row.PqMap;
import dev.hardwood.row.PqStruct;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Rows of a Parquet file as JSON objects. Stateless. */
final class ParquetRecords {
    private static final int DEEPEST = 32;

    private ParquetRecords() {}

    /** Receives the rows. */
    interface Consumer {
        void row(JsonNode row, long number) throws IOException, DatasetException;
    }

    static boolean recognises(byte[] head) {
        return head.length >= 4 && head[0] == 'P' && head[1] == 'A' && head[2] == 'R' && head[3] == '1';
    }

    static Optional<JsonNode> first(Path file) throws IOException, DatasetException {
        JsonNode[] first = new JsonNode[1];
        read(file, 1, (row, number) -> first[0] = row);
        return Optional.ofNullable(first[0]);
    }

    static void read(Path file, Consumer consumer) throws IOException, DatasetException {
        read(file, Long.MAX_VALUE, consumer);
    }

    private static void read(Path file, long most, Consumer consumer) throws IOException, DatasetException {
        try (ParquetFileReader reader = ParquetFileReader.open(InputFile.of(file));
                RowReader rows = reader.rowReader()) {
            for (long number = 1; number <= most && rows.hasNext(); number++) {
                rows.next();
                ObjectNode row = JsonNodeFactory.instance.objectNode();
                for (int i = 0; i < rows.getFieldCount(); i++) {
                    row.set(rows.getFieldName(i), value(rows.getValue(i), DEEPEST));
                }
                consumer.row(row, number);
            }
        } catch (RuntimeException e) {
            // The reader throws general exceptions for damaged files.
            throw new DatasetException("is a Parquet file that cannot be read: " + e.getMessage());
        }
    }

    private static JsonNode value(@Nullable Object value, int depth) throws DatasetException {
        if (depth == 0) {
            throw new DatasetException("is nested deeper than " + DEEPEST + " levels");
        }
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (value) {
            case null -> json.nullNode();
            case String text -> json.stringNode(text);
            case Integer number -> json.numberNode(number);
            case Long number -> json.numberNode(number);
            case Double number -> json.numberNode(number);
            case Float number -> json.numberNode(number.doubleValue());
            case Boolean truth -> json.booleanNode(truth);
            case PqStruct struct -> {
                ObjectNode object = json.objectNode();
                for (int i = 0; i < struct.getFieldCount(); i++) {
                    object.set(struct.getFieldName(i), value(struct.getValue(i), depth - 1));
                }
                yield object;
            }
            case PqList list -> {
                ArrayNode array = json.arrayNode();
                for (int i = 0; i < list.size(); i++) {
                    array.add(value(list.get(i), depth - 1));
                }
                yield array;
            }
            case PqMap map -> {
                ObjectNode object = json.objectNode();
                for (PqMap.Entry entry : map.getEntries()) {
                    object.set(String.valueOf(entry.getKey()), value(entry.getValue(), depth - 1));
                }
                yield object;
            }
            default -> json.stringNode(value.toString());
        };
    }
}
