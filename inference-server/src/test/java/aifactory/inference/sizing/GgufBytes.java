package aifactory.inference.sizing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes GGUF files. */
final class GgufBytes {
    private final ByteArrayOutputStream keys = new ByteArrayOutputStream();
    private final ByteArrayOutputStream tensors = new ByteArrayOutputStream();
    private int keyCount;
    private int tensorCount;
    private long dataBytes;

    GgufBytes text(String key, String value) {
        key(key, 8);
        keys.writeBytes(string(value));
        return this;
    }

    GgufBytes number(String key, int value) {
        key(key, 4);
        keys.writeBytes(number(4, value));
        return this;
    }

    GgufBytes numbers(String key, int... values) {
        key(key, 9);
        keys.writeBytes(number(4, 5));
        keys.writeBytes(number(8, values.length));
        for (int value : values) {
            keys.writeBytes(number(4, value));
        }
        return this;
    }

    GgufBytes texts(String key, String... values) {
        key(key, 9);
        keys.writeBytes(number(4, 8));
        keys.writeBytes(number(8, values.length));
        for (String value : values) {
            keys.writeBytes(string(value));
        }
        return this;
    }

    GgufBytes tensor(String name, int type, long bytes, long... sides) {
        tensors.writeBytes(string(name));
        tensors.writeBytes(number(4, sides.length));
        for (long side : sides) {
            tensors.writeBytes(number(8, side));
        }
        tensors.writeBytes(number(4, type));
        tensors.writeBytes(number(8, dataBytes));
        dataBytes += bytes;
        tensorCount++;
        return this;
    }

    byte[] header() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        all.writeBytes(number(4, 3));
        all.writeBytes(number(8, tensorCount));
        all.writeBytes(number(8, keyCount));
        all.writeBytes(keys.toByteArray());
        all.writeBytes(tensors.toByteArray());
        return all.toByteArray();
    }

    /** With room for the tensors, which takes none on the disk. */
    Path write(Path file) throws IOException {
        byte[] header = header();
        Files.write(file, header);
        try (var channel = java.nio.channels.FileChannel.open(file, java.nio.file.StandardOpenOption.WRITE)) {
            if (dataBytes > 0) {
                channel.write(ByteBuffer.wrap(new byte[1]), header.length + dataBytes - 1);
            }
        }
        return file;
    }

    private void key(String key, int type) {
        keys.writeBytes(string(key));
        keys.writeBytes(number(4, type));
        keyCount++;
    }

    static byte[] string(String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .array();
    }

    static byte[] number(int width, long value) {
        byte[] whole = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
        return java.util.Arrays.copyOf(whole, width);
    }
}
