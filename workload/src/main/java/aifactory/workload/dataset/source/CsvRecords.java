package aifactory.workload.dataset.source;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Rows of a table as RFC 4180 has them, under a header: separated by commas, semicolons or tabs, values in quotes
 * where they contain separators, quotes or line ends. Every value is a text.
 */
final class CsvRecords implements Records {
    private final InputStream in;
    private @Nullable Header header;

    /** The names of the columns, and the separator. */
    record Header(List<String> names, char separator) implements Decoder {
        @Override
        public JsonNode decode(byte[] bytes) throws IOException {
            List<String> fields = fields(decoded(bytes), separator);
            if (fields.size() != names.size()) {
                throw new IOException("has " + fields.size() + " fields, and the header has " + names.size());
            }
            ObjectNode row = JsonNodeFactory.instance.objectNode();
            for (int i = 0; i < names.size(); i++) {
                row.put(names.get(i), fields.get(i));
            }
            return row;
        }
    }

    CsvRecords(InputStream in) {
        this.in = new BufferedInputStream(in, 1 << 16);
    }

    /** Reads the rows again; available once the header was read. */
    Decoder decoder() {
        return bytes -> {
            if (header == null) {
                throw new IOException("has no header");
            }
            return header.decode(bytes);
        };
    }

    @Override
    public void read(Consumer consumer) throws IOException, DatasetException {
        long offset = 0;
        ByteArrayOutputStream row = new ByteArrayOutputStream();
        for (long number = 0; ; ) {
            row.reset();
            int length = nextRow(row, number + 1);
            if (length == 0) {
                return;
            }
            byte[] bytes = row.toByteArray();
            if (!new String(bytes, StandardCharsets.ISO_8859_1).isBlank()) {
                if (header == null) {
                    header = headerOf(bytes);
                } else {
                    number++;
                    row(bytes, offset, number, header, consumer);
                }
            }
            offset += length;
        }
    }

    private static void row(byte[] bytes, long offset, long number, Header header, Consumer consumer)
            throws DatasetException, IOException {
        JsonNode record;
        try {
            record = header.decode(bytes);
        } catch (CharacterCodingException e) {
            consumer.broken(number, "is not UTF-8: convert the file to UTF-8");
            return;
        } catch (IOException e) {
            consumer.broken(number, String.valueOf(e.getMessage()));
            return;
        }
        consumer.record(record, offset, bytes.length, number);
    }

    /** Reads up to the end of a row, which is included; returns the bytes that it has. */
    private int nextRow(ByteArrayOutputStream row, long number) throws IOException, DatasetException {
        boolean quoted = false;
        for (int value = in.read(); value >= 0; value = in.read()) {
            row.write(value);
            quoted ^= value == '"';
            if (value == '\n' && !quoted) {
                break;
            }
            if (row.size() > JsonRecords.LONGEST_RECORD_BYTES) {
                throw new DatasetException("row " + number + " is longer than " + JsonRecords.LONGEST_RECORD_BYTES
                        + " bytes: is a quote not closed?");
            }
        }
        if (quoted) {
            throw new DatasetException("row " + number + " has a quote that is not closed");
        }
        return row.size();
    }

    static Header headerOf(byte[] bytes) throws DatasetException {
        String text;
        try {
            text = decoded(bytes);
        } catch (CharacterCodingException e) {
            throw new DatasetException("the header is not UTF-8: convert the file to UTF-8");
        }
        char separator = ',';
        for (char candidate : new char[] {';', '\t'}) {
            if (fields(text, candidate).size() > fields(text, separator).size()) {
                separator = candidate;
            }
        }
        List<String> names = fields(text, separator).stream().map(String::strip).toList();
        if (Set.copyOf(names).size() != names.size()) {
            throw new DatasetException("the header has a name twice: " + String.join(", ", names));
        }
        return new Header(names, separator);
    }

    private static String decoded(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }

    static List<String> fields(String row, char separator) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        int end = row.length();
        while (end > 0 && (row.charAt(end - 1) == '\n' || row.charAt(end - 1) == '\r')) {
            end--;
        }
        for (int i = 0; i < end; i++) {
            char c = row.charAt(i);
            if (c == '"' && quoted && i + 1 < end && row.charAt(i + 1) == '"') {
                field.append('"');
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == separator && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }
}
