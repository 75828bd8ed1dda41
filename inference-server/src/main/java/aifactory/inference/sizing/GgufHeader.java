package aifactory.inference.sizing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The header of a GGUF file: its key-value pairs except long arrays, and the sizes of its tensors. Time and memory are
 * bounded for any file content; a malformed file causes an {@link IOException}.
 *
 * <p>Format: ggml, docs/gguf.md (commit 01f0d4da); versions 2 and 3, which differ in the byte order only.
 */
final class GgufHeader {
    private static final long MAGIC = 0x46554747;
    /** Vocabularies of some hundred thousand tokens take some ten MB. */
    private static final long MOST_HEADER_BYTES = 256L << 20;

    private static final int MOST_KEYS = 65_536;
    private static final int MOST_TENSORS = 262_144;
    private static final int MOST_DIMENSIONS = 8;
    private static final int MOST_KEPT_ELEMENTS = 4_096;
    private static final int MOST_NESTED_ARRAYS = 4;
    private static final int MOST_KEY_BYTES = 65_535;
    private static final int MOST_TEXT_BYTES = 16 << 20;
    private static final int STRING = 8;
    private static final int ARRAY = 9;

    private final Map<String, Object> values = new HashMap<>();
    private final Map<TensorType, Long> bytesByType = new EnumMap<>(TensorType.class);
    private long parameters;
    private long weightBytes;
    private long lastByteOfTensors;

    private GgufHeader() {}

    static GgufHeader read(Path file) throws IOException {
        long fileBytes = Files.size(file);
        GgufHeader header = new GgufHeader();
        try (InputStream stream = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            long budget = Math.min(fileBytes, MOST_HEADER_BYTES);
            GgufInput input = new GgufInput(stream, budget);
            header.read(input);
            header.checkWhole(fileBytes, budget - input.left());
        } catch (ArithmeticException e) {
            throw new IOException("it has a tensor larger than any memory", e);
        }
        return header;
    }

    @Nullable
    String text(String key) {
        return values.get(key) instanceof String text ? text : null;
    }

    /** A whole number, or those of an array of at most 4,096. */
    List<Long> numbers(String key) {
        List<Long> numbers = new ArrayList<>();
        if (values.get(key) instanceof Long number) {
            numbers.add(number);
        } else if (values.get(key) instanceof List<?> list) {
            list.forEach(each -> numbers.add((Long) each));
        }
        return numbers;
    }

    long parameters() {
        return parameters;
    }

    long weightBytes() {
        return weightBytes;
    }

    /** Bytes of the tensors of each type. */
    Map<TensorType, Long> bytesByType() {
        return bytesByType;
    }

    private void read(GgufInput input) throws IOException {
        if (input.left() < 24 || input.unsigned(4) != MAGIC) {
            throw new IOException("it does not begin as a GGUF file does");
        }
        long version = input.unsigned(4);
        if (version != 2 && version != 3) {
            throw new IOException(
                    (version & 0xffff) == 0
                            ? "it is a GGUF file of a big-endian machine"
                            : "it is GGUF version " + version + ", known are 2 and 3");
        }
        long tensors = input.count("tensors", 1, MOST_TENSORS);
        long keys = input.count("key-values", 13, MOST_KEYS);
        for (long i = 0; i < keys; i++) {
            String key = input.string(MOST_KEY_BYTES);
            Object value = value(input, (int) input.unsigned(4), 0);
            if (value != null && values.put(key, value) != null) {
                throw new IOException("it has two values of " + key);
            }
        }
        for (long i = 0; i < tensors; i++) {
            readTensor(input);
        }
    }

    /** Null for what is not kept: fractions, and arrays of anything but a few whole numbers. */
    private static @Nullable Object value(GgufInput input, int type, int depth) throws IOException {
        if (type == STRING) {
            return input.string(MOST_TEXT_BYTES);
        }
        if (type == ARRAY) {
            return array(input, depth + 1);
        }
        int width = width(type);
        long value = input.unsigned(width);
        boolean isSigned = type == 1 || type == 3 || type == 5;
        return isWhole(type) ? (isSigned ? value << (64 - 8 * width) >> (64 - 8 * width) : value) : (Object) null;
    }

    private static @Nullable Object array(GgufInput input, int depth) throws IOException {
        if (depth > MOST_NESTED_ARRAYS) {
            throw new IOException("it has arrays within arrays deeper than " + MOST_NESTED_ARRAYS);
        }
        int type = (int) input.unsigned(4);
        int bytesEach = type == STRING ? 8 : type == ARRAY ? 12 : width(type);
        long count = input.count("elements of an array", bytesEach, Long.MAX_VALUE);
        if (isWhole(type) && count <= MOST_KEPT_ELEMENTS) {
            List<Object> kept = new ArrayList<>();
            for (long i = 0; i < count; i++) {
                kept.add(value(input, type, depth));
            }
            return kept;
        }
        if (type == STRING) {
            for (long i = 0; i < count; i++) {
                input.skip(input.count("bytes of a string", 1, MOST_TEXT_BYTES));
            }
        } else if (type == ARRAY) {
            for (long i = 0; i < count; i++) {
                array(input, depth + 1);
            }
        } else {
            input.skip(count * bytesEach);
        }
        return null;
    }

    private static boolean isWhole(int type) {
        return (type >= 0 && type <= 5) || type == 10 || type == 11;
    }

    private static int width(int type) throws IOException {
        return switch (type) {
            case 0, 1, 7 -> 1;
            case 2, 3 -> 2;
            case 4, 5, 6 -> 4;
            case 10, 11, 12 -> 8;
            default -> throw new IOException("it has a value of the unknown type " + Integer.toUnsignedString(type));
        };
    }

    private void readTensor(GgufInput input) throws IOException {
        String name = input.string(MOST_KEY_BYTES);
        long dimensions = input.unsigned(4);
        if (dimensions > MOST_DIMENSIONS) {
            throw new IOException("its tensor " + name + " has " + dimensions + " dimensions");
        }
        long elements = 1;
        long rowElements = 1;
        for (int i = 0; i < dimensions; i++) {
            long size = input.unsigned(8);
            if (size <= 0) {
                throw new IOException("its tensor " + name + " has a side of " + Long.toUnsignedString(size));
            }
            elements = Math.multiplyExact(elements, size);
            rowElements = i == 0 ? size : rowElements;
        }
        long number = input.unsigned(4);
        TensorType type = TensorType.numbered(number);
        if (type == null || !type.isWholeRow(rowElements)) {
            throw new IOException("its tensor " + name + " of rows of " + rowElements + " has the "
                    + (type == null ? "unknown type " + number : "type " + type + ", which such rows cannot have"));
        }
        long offset = input.unsigned(8);
        long bytes = type.bytes(elements);
        parameters = Math.addExact(parameters, elements);
        weightBytes = Math.addExact(weightBytes, bytes);
        bytesByType.merge(type, bytes, Math::addExact);
        if (offset < 0) {
            throw new IOException("its tensor " + name + " begins at " + Long.toUnsignedString(offset));
        }
        lastByteOfTensors = Math.max(lastByteOfTensors, Math.addExact(offset, bytes));
    }

    private void checkWhole(long fileBytes, long headerBytes) throws IOException {
        if (lastByteOfTensors > fileBytes - headerBytes) {
            throw new IOException("it is cut off: its tensors take " + lastByteOfTensors + " bytes after a header of "
                    + headerBytes + ", the file has " + fileBytes);
        }
    }
}
