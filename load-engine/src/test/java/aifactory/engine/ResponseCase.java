package aifactory.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A response of {@code responses/cases.jsonl} or {@code responses/streams.jsonl}: what a server sends, and the right
 * judgement.
 *
 * <p>{@code head} is the whole head, without it that of a stream in chunked coding; {@code steps} are its body:
 * {@code send} text, each in its own HTTP chunk where the coding is chunked; {@code raw} as it is; {@code base64};
 * {@code compress} with {@code parts}, flushed after each; {@code bomb} so many zeros in gzip; {@code wait_ms}.
 * {@code split} cuts everything into pieces of so many bytes. {@code end} is {@code chunked} (the last chunk; the
 * default), {@code close}, {@code reset} or {@code open} (everything was sent).
 *
 * @param document the line
 */
public record ResponseCase(JsonNode document) {
    private static final String STREAM =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

    /**
     * A piece of a response.
     *
     * @param waitMillis before it is sent
     */
    public record Piece(byte[] bytes, double waitMillis) {}

    /** Every case of a file. */
    public static List<ResponseCase> of(String file) {
        try (InputStream stream =
                Objects.requireNonNull(ResponseCase.class.getResourceAsStream("/responses/" + file), file)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> new ResponseCase(JsonMapper.shared().readTree(line)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String name() {
        return document.path("name").asString();
    }

    public JsonNode expect() {
        return document.path("expect");
    }

    /** {@code chunked}, {@code close}, {@code reset} or {@code open}. */
    public String end() {
        return document.path("end").asString("chunked");
    }

    /** The whole response, as it is sent. */
    public List<Piece> pieces() {
        String head = document.path("head").asString(STREAM);
        boolean chunked = head.contains("transfer-encoding: chunked") || head.contains("gzip, chunked");
        List<Piece> pieces = new ArrayList<>();
        pieces.add(new Piece(bytes(head), 0));
        double wait = 0;
        for (JsonNode step : document.path("steps")) {
            if (step.has("wait_ms")) {
                wait += step.path("wait_ms").asDouble();
                continue;
            }
            for (byte[] body : bodies(step)) {
                pieces.add(new Piece(chunked && !step.has("raw") ? chunk(body) : body, wait));
                wait = 0;
            }
        }
        if (chunked && end().equals("chunked")) {
            pieces.add(new Piece(bytes("0\r\n\r\n"), 0));
        }
        int split = document.path("split").asInt(0);
        return split == 0 ? pieces : split(pieces, split);
    }

    private static List<byte[]> bodies(JsonNode step) {
        if (step.has("base64")) {
            return List.of(Base64.getDecoder().decode(step.path("base64").asString()));
        }
        if (step.has("bomb")) {
            return List.of(zeros(step.path("bomb").asInt()));
        }
        if (step.has("compress")) {
            List<byte[]> parts = new ArrayList<>();
            step.path("parts").forEach(part -> parts.add(bytes(part.asString())));
            return compress(step.path("compress").asString(), parts);
        }
        return List.of(bytes(step.path(step.has("raw") ? "raw" : "send").asString()));
    }

    private static byte[] zeros(int count) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(new byte[count]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static List<byte[]> compress(String kind, List<byte[]> parts) {
        boolean gzip = kind.startsWith("gzip");
        List<byte[]> compressed = new ArrayList<>();
        if (kind.equals("gzip_members")) {
            parts.forEach(part -> compressed.add(join(compress("gzip", List.of(part)))));
            return compressed;
        }
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, gzip || kind.equals("deflate_raw"));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CRC32 sum = new CRC32();
        int length = 0;
        try (DeflaterOutputStream stream = new DeflaterOutputStream(bytes, deflater, 512, true)) {
            if (gzip) {
                boolean named = kind.equals("gzip_name");
                bytes.write(new byte[] {0x1f, (byte) 0x8b, 8, (byte) (named ? 0x1e : 0), 0, 0, 0, 0, 0, 3});
                bytes.write(named ? bytes("\u0003\u0000abcname\u0000comment\u0000xx") : new byte[0]);
            }
            for (byte[] part : parts) {
                stream.write(part);
                stream.flush();
                sum.update(part);
                length += part.length;
                compressed.add(bytes.toByteArray());
                bytes.reset();
            }
            if (kind.equals("gzip_cut")) {
                return compressed.subList(0, compressed.size() - 2);
            }
            stream.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            deflater.end();
        }
        compressed.add(bytes.toByteArray());
        if (gzip) {
            compressed.add(littleEndian((int) sum.getValue(), length));
        }
        return compressed;
    }

    private static byte[] littleEndian(int... numbers) {
        byte[] bytes = new byte[4 * numbers.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (numbers[i / 4] >>> (8 * (i % 4)));
        }
        return bytes;
    }

    private static byte[] join(List<byte[]> parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        parts.forEach(joined::writeBytes);
        return joined.toByteArray();
    }

    private static List<Piece> split(List<Piece> pieces, int length) {
        List<Piece> split = new ArrayList<>();
        for (Piece piece : pieces) {
            for (int from = 0; from < piece.bytes().length; from += length) {
                int to = Math.min(piece.bytes().length, from + length);
                split.add(new Piece(Arrays.copyOfRange(piece.bytes(), from, to), from == 0 ? piece.waitMillis() : 0));
            }
        }
        return split;
    }

    private static byte[] chunk(byte[] body) {
        if (body.length == 0) {
            return body;
        }
        return join(List.of(bytes(Integer.toHexString(body.length) + "\r\n"), body, bytes("\r\n")));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return name();
    }
}
