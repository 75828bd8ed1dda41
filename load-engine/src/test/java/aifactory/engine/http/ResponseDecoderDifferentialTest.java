package aifactory.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.engine.Mutations;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The engine's decoder against Netty's, which shares no line with it: what both take for a complete response has to be
 * the same response, however the bytes are cut. What is wrong about a response each may notice earlier or later, or be
 * more strict about.
 */
class ResponseDecoderDifferentialTest {
    private static final int SEEDS = 400;
    /** Netty takes its body away, which the framing of HTTP/1.1 (RFC 9112, 6.3) does not. */
    private static final int RESET_CONTENT = 205;

    /** A complete response; a body of text, so that a failure shows it. */
    private record Response(int status, String body) {}

    @Test
    void responsesAreWhatAnIndependentDecoderTakesThemFor() throws Exception {
        for (byte[] response : Mutations.corpus("http")) {
            for (long seed = 0; seed < SEEDS; seed++) {
                List<byte[]> pieces = Mutations.split(response, new SplittableRandom(seed));
                Response own = own(pieces);

                assertThat(own)
                        .as("seed %d of %s", seed, Mutations.text(response))
                        .isNotNull();
                assertThat(own)
                        .as("seed %d of %s", seed, Mutations.text(response))
                        .isEqualTo(nettys(pieces));
            }
        }
    }

    @Test
    void damagedResponsesAreRefusedOrReadAlike() throws Exception {
        int readAlike = 0;
        int refused = 0;
        for (byte[] response : Mutations.corpus("http")) {
            for (long seed = 0; seed < SEEDS; seed++) {
                SplittableRandom random = new SplittableRandom(seed);
                byte[] damaged = Mutations.damage(response, random);
                List<byte[]> pieces = Mutations.split(damaged, random);
                Response own = own(pieces);
                assertThat(own(List.of(damaged)))
                        .as("in one piece, seed %d of %s", seed, Mutations.text(damaged))
                        .isEqualTo(own);
                Response nettys = nettys(pieces);
                if (own == null || nettys == null || own.status() == RESET_CONTENT) {
                    refused++;
                } else {
                    assertThat(own)
                            .as("seed %d of %s", seed, Mutations.text(damaged))
                            .isEqualTo(nettys);
                    readAlike++;
                }
            }
        }
        assertThat(readAlike).isGreaterThan(SEEDS);
        assertThat(refused).isGreaterThan(SEEDS);
    }

    /** The first complete response, or null when it is refused or cut. */
    private static @Nullable Response own(List<byte[]> pieces) {
        ResponseDecoder decoder = new ResponseDecoder(4096);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        ResponseHandler handler = new ResponseHandler() {
            @Override
            public void head(ResponseHead head) {
                // Its status is asked for at the end.
            }

            @Override
            public void body(byte[] bytes, int from, int to) {
                body.write(bytes, from, to - from);
            }

            @Override
            public void end() {
                // The decoder knows that it is complete.
            }
        };
        try {
            for (byte[] piece : pieces) {
                decoder.decode(piece, 0, piece.length, handler);
            }
            if (!decoder.isComplete()) {
                decoder.closed(handler);
            }
            return new Response(decoder.head().status(), Mutations.text(body.toByteArray()));
        } catch (AnswerFault fault) {
            return null;
        }
    }

    private static @Nullable Response nettys(List<byte[]> pieces) {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpResponseDecoder());
        List<HttpObject> objects = new ArrayList<>();
        try {
            for (byte[] piece : pieces) {
                channel.writeInbound(Unpooled.wrappedBuffer(piece));
            }
            channel.finish();
            for (HttpObject next = channel.readInbound(); next != null; next = channel.readInbound()) {
                objects.add(next);
            }
            return firstComplete(objects);
        } finally {
            objects.forEach(ReferenceCountUtil::release);
        }
    }

    private static @Nullable Response firstComplete(List<HttpObject> objects) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int status = 0;
        for (HttpObject object : objects) {
            if (object.decoderResult().isFailure()) {
                return null;
            }
            if (object instanceof HttpResponse response) {
                status = response.status().code();
                if (status == 101) {
                    return null;
                }
            }
            boolean interim = status < 200;
            if (object instanceof HttpContent content && !interim) {
                byte[] bytes = new byte[content.content().readableBytes()];
                content.content().getBytes(content.content().readerIndex(), bytes);
                body.writeBytes(bytes);
            }
            if (object instanceof LastHttpContent && !interim) {
                return new Response(status, Mutations.text(body.toByteArray()));
            }
        }
        return null;
    }
}
