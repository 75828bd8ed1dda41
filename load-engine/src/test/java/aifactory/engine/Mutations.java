package aifactory.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Inputs from the corpus in {@code fuzz/}, and ways to cut and to damage them. */
public final class Mutations {
    private static final byte[] TELLING =
            "\r\n\t :;,\"\\{}[]0123456789abcdefxX-+.\u00ff\u0000".getBytes(StandardCharsets.ISO_8859_1);

    private Mutations() {}

    /** Every file of a part of the corpus, in the order of their names. */
    public static List<byte[]> corpus(String part) {
        try (Stream<Path> files =
                Files.list(Path.of(Mutations.class.getResource("/fuzz/" + part).toURI()))) {
            List<byte[]> inputs = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                inputs.add(Files.readAllBytes(file));
            }
            return inputs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The input in pieces: byte by byte, in small ones, or in large ones. */
    public static List<byte[]> split(byte[] input, SplittableRandom random) {
        int longest = new int[] {1, 4, 60}[random.nextInt(3)];
        List<byte[]> pieces = new ArrayList<>();
        int position = 0;
        while (position < input.length) {
            int end = Math.min(input.length, position + 1 + random.nextInt(longest));
            pieces.add(Arrays.copyOfRange(input, position, end));
            position = end;
        }
        return pieces;
    }

    /** The input with one to three things wrong: bytes changed, left out, put in, doubled, or the end cut off. */
    public static byte[] damage(byte[] input, SplittableRandom random) {
        byte[] damaged = input.clone();
        for (int count = 1 + random.nextInt(3); count > 0 && damaged.length > 1; count--) {
            int from = random.nextInt(damaged.length);
            int to = Math.min(damaged.length, from + 1 + random.nextInt(8));
            damaged = switch (random.nextInt(5)) {
                case 0 -> join(damaged, from, new byte[] {TELLING[random.nextInt(TELLING.length)]}, from + 1);
                case 1 -> join(damaged, from, new byte[0], to);
                case 2 -> join(damaged, from, new byte[] {TELLING[random.nextInt(TELLING.length)]}, from);
                case 3 -> join(damaged, to, Arrays.copyOfRange(damaged, from, to), to);
                default -> random.nextInt(4) == 0 ? Arrays.copyOf(damaged, from) : damaged;
            };
        }
        return damaged;
    }

    private static byte[] join(byte[] input, int before, byte[] between, int after) {
        byte[] joined = Arrays.copyOf(input, before + between.length + input.length - after);
        System.arraycopy(between, 0, joined, before, between.length);
        System.arraycopy(input, after, joined, before + between.length, input.length - after);
        return joined;
    }

    /** Bytes as text for messages, one character each. */
    public static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
