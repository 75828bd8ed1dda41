package aifactory.access;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads one response of HTTP/1.1, or 1.0, from a stream: its head, and its body by length, by chunks or to the end of
 * the connection. Head and body are bounded. Used by one thread.
 */
final class ResponseReader {
    private static final int LARGEST_HEAD_BYTES = 64 << 10;
    private static final int LARGEST_CHUNK_LINE_BYTES = 4 << 10;
    private static final int BUFFER_BYTES = 16 << 10;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int from;
    private int to;
    private int headBytes;

    ResponseReader(InputStream in) {
        this.in = in;
    }

    /** Reads a response to the end of its body. */
    BoundedHttp.Response read(int largestBytes) throws IOException {
        int status;
        Map<String, List<String>> headers;
        do {
            status = status();
            headers = headers();
        } while (status / 100 == 1 && status != 101);
        HttpHeaders all = HttpHeaders.of(headers, (_, _) -> true);
        byte[] body = status == 204 || status == 304 ? new byte[0] : body(all, largestBytes);
        return new BoundedHttp.Response(status, all, body);
    }

    /**
     * The status of a proxy's response to CONNECT. Reads no byte behind its head, which is the server's: one byte at a
     * time.
     */
    int tunnelStatus() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int ends = 0;
        while (ends < 2) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the proxy closed the connection before it answered");
            }
            if (head.size() >= LARGEST_HEAD_BYTES) {
                throw new ProtocolException("the proxy's response has headers of more than 64 KiB");
            }
            head.write(next);
            ends = next == '\n' ? ends + 1 : next == '\r' ? ends : 0;
        }
        String text = head.toString(StandardCharsets.ISO_8859_1);
        return statusOf(text.substring(0, text.indexOf('\n')).strip());
    }

    private int status() throws IOException {
        String line = line(LARGEST_HEAD_BYTES - headBytes);
        headBytes += line.length() + 2;
        return statusOf(line);
    }

    private static int statusOf(String line) throws ProtocolException {
        if (!line.matches("HTTP/1\\.[01] [1-9][0-9]{2}( .*)?")) {
            throw new ProtocolException("no status line of HTTP but '" + ServerText.shortened(line) + "'");
        }
        return Integer.parseInt(line.substring(9, 12));
    }

    private Map<String, List<String>> headers() throws IOException {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        while (true) {
            String line = line(LARGEST_HEAD_BYTES - headBytes);
            headBytes += line.length() + 2;
            if (line.isEmpty()) {
                return headers;
            }
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new ProtocolException("no header of HTTP but '" + ServerText.shortened(line) + "'");
            }
            headers.computeIfAbsent(line.substring(0, colon).strip().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(line.substring(colon + 1).strip());
        }
    }

    private byte[] body(HttpHeaders headers, int largestBytes) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        String coding = headers.firstValue("transfer-encoding").orElse("").toLowerCase(Locale.ROOT);
        String length = headers.firstValue("content-length").orElse("");
        if (coding.endsWith("chunked")) {
            chunks(body, largestBytes);
        } else if (!length.isEmpty()) {
            if (!length.matches("[0-9]{1,18}")) {
                throw new ProtocolException("'" + ServerText.shortened(length) + "' is not a content length");
            }
            copy(Long.parseLong(length), body, largestBytes);
        } else {
            while (from < to || fill()) {
                append(to - from, body, largestBytes);
            }
        }
        return body.toByteArray();
    }

    private void chunks(ByteArrayOutputStream body, int largestBytes) throws IOException {
        while (true) {
            String size = line(LARGEST_CHUNK_LINE_BYTES).replaceFirst(";.*", "").strip();
            if (!size.matches("[0-9a-fA-F]{1,15}")) {
                throw new ProtocolException("'" + ServerText.shortened(size) + "' is not the size of a chunk");
            }
            long length = Long.parseLong(size, 16);
            if (length == 0) {
                headers();
                return;
            }
            copy(length, body, largestBytes);
            line(2);
        }
    }

    private void copy(long length, ByteArrayOutputStream body, int largestBytes) throws IOException {
        long left = length;
        while (left > 0) {
            if (from == to && !fill()) {
                throw new EOFException("the response ended before its end");
            }
            left -= append((int) Math.min(left, to - from), body, largestBytes);
        }
    }

    private int append(int length, ByteArrayOutputStream body, int largestBytes) throws IOException {
        if (body.size() + length > largestBytes) {
            throw new IOException("body exceeds capacity: more than " + largestBytes + " bytes");
        }
        body.write(buffer, from, length);
        from += length;
        return length;
    }

    /** A line without its end, at most that long. */
    private String line(int longest) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            if (from == to && !fill()) {
                throw new EOFException(
                        line.isEmpty() ? "the server closed the connection" : "the response ended in its head");
            }
            char next = (char) (buffer[from++] & 0xff);
            if (next == '\n') {
                int end = line.length();
                return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
            }
            if (line.length() >= longest) {
                throw new ProtocolException("the response has headers of more than 64 KiB");
            }
            line.append(next);
        }
    }

    private boolean fill() throws IOException {
        int read = in.read(buffer);
        from = 0;
        to = Math.max(0, read);
        return read >= 0;
    }
}
