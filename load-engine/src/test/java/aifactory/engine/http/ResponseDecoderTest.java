package aifactory.engine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.measurement.FailureKind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseDecoderTest {
    private static final class Collector implements ResponseHandler {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private int heads;
        private int ends;

        @Override
        public void head(ResponseHead head) {
            heads++;
        }

        @Override
        public void body(byte[] bytes, int from, int to) {
            body.write(bytes, from, to - from);
        }

        @Override
        public void end() {
            ends++;
        }

        String text() {
            return body.toString(StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void randomResponsesInRandomSplitsGiveTheBodyThatWasSent() throws AnswerFault {
        for (long seed = 0; seed < 5_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] body = randomBytes(random, random.nextInt(400));
            byte[] response = encode(body, random);
            ResponseDecoder decoder = new ResponseDecoder(4096);
            Collector collector = new Collector();
            int position = 0;
            while (position < response.length) {
                int end = Math.min(response.length, position + 1 + random.nextInt(random.nextBoolean() ? 4 : 200));
                int used = decoder.decode(response, position, end, collector);
                assertThat(used).isEqualTo(end);
                position = end;
            }
            if (!decoder.isComplete()) {
                decoder.closed(collector);
            }
            assertThat(collector.body.toByteArray()).as("seed %d", seed).isEqualTo(body);
            assertThat(collector.heads).isEqualTo(1);
            assertThat(collector.ends).isEqualTo(1);
            assertThat(decoder.head().status()).isEqualTo(200);
        }
    }

    @Test
    void anInterimResponseIsPassedOver() throws AnswerFault {
        ResponseDecoder decoder = new ResponseDecoder(4096);
        Collector collector = new Collector();
        decode(decoder, collector, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        assertThat(collector.text()).isEqualTo("ok");
        assertThat(decoder.isComplete()).isTrue();
    }

    @Test
    void whatFollowsACompleteResponseIsNotUsed() throws AnswerFault {
        ResponseDecoder decoder = new ResponseDecoder(4096);
        byte[] bytes = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(decoder.decode(bytes, 0, bytes.length, new Collector())).isEqualTo(bytes.length - 4);
    }

    @Test
    void persistenceFollowsVersionAndConnectionHeader() throws AnswerFault {
        assertThat(headOf("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").isPersistent())
                .isTrue();
        assertThat(headOf("HTTP/1.1 200 OK\r\nConnection: Close\r\ncontent-length: 0\r\n\r\n")
                        .isPersistent())
                .isFalse();
        assertThat(headOf("HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n").isPersistent())
                .isFalse();
        assertThat(headOf("HTTP/1.0 200 OK\r\nconnection: x, keep-alive\r\ncontent-length: 0\r\n\r\n")
                        .isPersistent())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/2 200\r\n",
                "HTTP/1.1 2000 OK\r\n",
                "HTTP/1.1 20x OK\r\n",
                "garbage\r\n",
                "HTTP/1.1 200 OK\r\n folded: x\r\n",
                "HTTP/1.1 200 OK\r\nname : x\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n",
                "HTTP/1.1 200 OK\r\n: empty\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: 9999999999999999999\r\n",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\r\n",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
                "HTTP/1.1 101 Switching\r\n\r\n"
            })
    void malformedResponsesAreANamedFault(String response) {
        assertFault(response, FailureKind.MALFORMED_HTTP);
    }

    @Test
    void aTransferCodingThatWasNotAskedForIsANamedFault() {
        assertFault("HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n", FailureKind.UNEXPECTED_ENCODING);
    }

    @Test
    void headersAndChunkSizesBeyondTheLimitAreANamedFault() {
        assertFault("HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(1000), FailureKind.OVERSIZED_HEADERS);
        assertFault("HTTP/1.1 200 " + "x".repeat(5000), FailureKind.OVERSIZED_HEADERS);
        assertFault(
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;" + "x".repeat(5000),
                FailureKind.OVERSIZED_HEADERS);
    }

    @Test
    void aConnectionThatClosesTooEarlyIsTruncatedOrNeverAnswered() throws AnswerFault {
        ResponseDecoder begun = new ResponseDecoder(4096);
        decode(begun, new Collector(), "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nok");
        assertThatThrownBy(() -> begun.closed(new Collector()))
                .isInstanceOfSatisfying(
                        AnswerFault.class, fault -> assertThat(fault.kind()).isEqualTo(FailureKind.TRUNCATED));
        assertThatThrownBy(() -> new ResponseDecoder(4096).closed(new Collector()))
                .isInstanceOfSatisfying(
                        AnswerFault.class,
                        fault -> assertThat(fault.kind()).isEqualTo(FailureKind.CLOSED_BEFORE_ANSWER));
    }

    private static void assertFault(String response, FailureKind kind) {
        for (int step : new int[] {1, 7, 100_000}) {
            assertThatThrownBy(() -> {
                        ResponseDecoder decoder = new ResponseDecoder(4096);
                        byte[] bytes = response.getBytes(StandardCharsets.ISO_8859_1);
                        for (int i = 0; i < bytes.length; i += step) {
                            decoder.decode(bytes, i, Math.min(bytes.length, i + step), new Collector());
                        }
                    })
                    .as("%s in steps of %d", response.substring(0, Math.min(60, response.length())), step)
                    .isInstanceOfSatisfying(
                            AnswerFault.class, fault -> assertThat(fault.kind()).isEqualTo(kind));
        }
    }

    private static ResponseHead headOf(String response) throws AnswerFault {
        ResponseDecoder decoder = new ResponseDecoder(4096);
        decode(decoder, new Collector(), response);
        assertThat(decoder.isComplete()).isTrue();
        return decoder.head();
    }

    private static void decode(ResponseDecoder decoder, Collector collector, String text) throws AnswerFault {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        decoder.decode(bytes, 0, bytes.length, collector);
    }

    /** The body in one of the three ways in which HTTP/1.1 frames it, with some variety of spelling. */
    private static byte[] encode(byte[] body, SplittableRandom random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(out, "HTTP/1.1 200" + (random.nextBoolean() ? " OK" : "") + "\r\nServer: x\r\n");
        switch (random.nextInt(3)) {
            case 0 -> {
                write(out, "Content-Length:" + " ".repeat(random.nextInt(3)) + body.length + "\r\n\r\n");
                out.writeBytes(body);
            }
            case 1 -> {
                write(out, "TRANSFER-ENCODING: Chunked\r\n\r\n");
                int position = 0;
                while (position < body.length) {
                    int size = 1 + random.nextInt(body.length - position);
                    String hexadecimal = Integer.toHexString(size);
                    write(
                            out,
                            random.nextBoolean() ? hexadecimal : "00" + hexadecimal.toUpperCase(java.util.Locale.ROOT));
                    write(out, random.nextBoolean() ? "\r\n" : ";name=value\r\n");
                    out.write(body, position, size);
                    write(out, "\r\n");
                    position += size;
                }
                write(out, "0\r\n" + (random.nextBoolean() ? "Trailer: x\r\n" : "") + "\r\n");
            }
            default -> {
                write(out, "Connection: close\r\n\r\n");
                out.writeBytes(body);
            }
        }
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static byte[] randomBytes(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
