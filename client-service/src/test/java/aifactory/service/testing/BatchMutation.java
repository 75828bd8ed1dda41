package aifactory.service.testing;

import aifactory.protocol.BatchMessage;
import aifactory.protocol.JsonFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes malformed batches of a valid one, at any place of it, its encoded histograms included. Not thread-safe. */
public final class BatchMutation {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final long[] NUMBERS = {
        -1,
        0,
        1,
        2,
        7_000_000_000_000L,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        1L << 53,
        1L << 62
    };
    /** Of the inflated form: the cookie, the length of the counts, the offset, the digits, two bounds and a ratio. */
    private static final int HEADER_BYTES = 40;

    private static final int MOMENTS_BYTES = 32;

    private final Random random;

    public BatchMutation(Random random) {
        this.random = random;
    }

    /** One to three mutations; the batch may still be a valid one afterwards. */
    public byte[] of(BatchMessage batch) {
        ObjectNode tree = JsonFormat.mapper().valueToTree(batch);
        for (int times = 1 + random.nextInt(3); times > 0; times--) {
            mutate(tree);
        }
        byte[] json = JsonFormat.mapper().writeValueAsBytes(tree);
        return switch (random.nextInt(24)) {
            case 0 -> java.util.Arrays.copyOf(json, random.nextInt(json.length));
            case 1 -> {
                json[random.nextInt(json.length)] = (byte) random.nextInt();
                yield json;
            }
            default -> json;
        };
    }

    private void mutate(ObjectNode tree) {
        List<Runnable> places = new ArrayList<>();
        collect(tree, places);
        if (!places.isEmpty()) {
            places.get(random.nextInt(places.size())).run();
        }
    }

    private void collect(JsonNode node, List<Runnable> places) {
        if (node instanceof ObjectNode object) {
            for (String name : List.copyOf(object.propertyNames())) {
                JsonNode value = object.get(name);
                places.add(() -> replace(object, name, value));
                collect(value, places);
            }
            places.add(() -> object.set("other_" + random.nextInt(9), NODES.numberNode(1)));
        } else if (node instanceof ArrayNode array) {
            places.add(() -> array.add(any()));
            places.add(array::removeAll);
            for (int i = 0; i < Math.min(2, array.size()); i++) {
                int place = i;
                places.add(() -> {
                    if (place < array.size()) {
                        array.set(place, any());
                    }
                });
                collect(array.get(i), places);
            }
        }
    }

    private void replace(ObjectNode object, String name, JsonNode value) {
        if (value.isString() && value.asString("").length() > MOMENTS_BYTES && random.nextInt(8) > 0) {
            object.put(name, histogram(value.asString("")));
        } else if (random.nextInt(6) == 0) {
            object.remove(name);
        } else if (value.isNumber() && random.nextInt(3) > 0) {
            object.put(name, NUMBERS[random.nextInt(NUMBERS.length)]);
        } else {
            object.set(name, any());
        }
    }

    private JsonNode any() {
        return switch (random.nextInt(10)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.booleanNode(random.nextBoolean());
            case 2 -> NODES.numberNode(NUMBERS[random.nextInt(NUMBERS.length)]);
            case 3 -> NODES.numberNode(random.nextGaussian() * 1e300);
            case 4 -> NODES.stringNode("x".repeat(random.nextInt(10_000)));
            case 5 -> NODES.stringNode("\u0000\u001b[31m\ud83d\ude00'\"<&");
            case 6 -> NODES.objectNode();
            case 7 -> NODES.arrayNode();
            case 8 -> NODES.objectNode().set("a", NODES.nullNode());
            default -> NODES.stringNode(Base64.getEncoder().encodeToString(bytes(1 + random.nextInt(64))));
        };
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /**
     * Damages the exact moments, the compressed bytes, or what is compressed, in a way that stays well-formed outside.
     */
    private String histogram(String text) {
        byte[] encoded;
        try {
            encoded = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return text + "!";
        }
        if (encoded.length < MOMENTS_BYTES + 8) {
            return text;
        }
        switch (random.nextInt(4)) {
            case 0 -> ByteBuffer.wrap(encoded).putLong(8 * random.nextInt(4), NUMBERS[random.nextInt(NUMBERS.length)]);
            case 1 -> encoded[random.nextInt(encoded.length)] ^= (byte) (1 << random.nextInt(8));
            case 2 -> encoded = java.util.Arrays.copyOf(encoded, random.nextInt(encoded.length));
            default -> encoded = inside(encoded);
        }
        return Base64.getEncoder().encodeToString(encoded);
    }

    private byte[] inside(byte[] encoded) {
        try (Inflater inflater = new Inflater();
                Deflater deflater = new Deflater()) {
            inflater.setInput(encoded, MOMENTS_BYTES + 8, encoded.length - MOMENTS_BYTES - 8);
            byte[] inner = new byte[1 << 17];
            int length = inflater.inflate(inner);
            if (length < HEADER_BYTES) {
                return encoded;
            }
            if (random.nextBoolean()) {
                int extra = random.nextInt(4);
                System.arraycopy(bytes(12), 0, inner, length, 12);
                length += 3 * extra;
                ByteBuffer.wrap(inner).putInt(4, length - HEADER_BYTES);
            } else {
                inner[random.nextInt(length)] = (byte) random.nextInt();
            }
            deflater.setInput(inner, 0, length);
            deflater.finish();
            byte[] packed = new byte[2 * length + 64];
            int size = deflater.deflate(packed);
            return ByteBuffer.allocate(MOMENTS_BYTES + 8 + size)
                    .put(encoded, 0, MOMENTS_BYTES + 4)
                    .putInt(size)
                    .put(packed, 0, size)
                    .array();
        } catch (java.util.zip.DataFormatException e) {
            return encoded;
        }
    }
}
