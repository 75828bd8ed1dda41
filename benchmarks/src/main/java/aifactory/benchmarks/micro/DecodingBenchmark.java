package aifactory.benchmarks.micro;

import aifactory.engine.answer.AnswerKind;
import aifactory.engine.answer.AnswerReader;
import aifactory.engine.answer.ServerSentEventDecoder;
import aifactory.engine.answer.SharedScanning;
import aifactory.engine.http.AnswerFault;
import aifactory.engine.http.ResponseDecoder;
import aifactory.engine.http.ResponseHandler;
import aifactory.engine.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From the bytes of a read to the content that is stamped, for each chunk of about 240 bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecodingBenchmark {
    private static final int CHUNKS = 64;
    private static final String EVENT =
            "data: {\"id\":\"chatcmpl-0f2b1c9e8d7a4b5c\",\"object\":\"chat.completion.chunk\","
                    + "\"created\":1790000000,\"model\":\"meta-llama/Llama-3.1-8B-Instruct\",\"choices\":[{\"index\":0,"
                    + "\"delta\":{\"content\":\" token\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n";
    private static final byte[] EVENTS = EVENT.repeat(CHUNKS).getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RESPONSE_HEAD =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HTTP_CHUNKS = (Integer.toHexString(EVENT.length()) + "\r\n" + EVENT + "\r\n")
            .repeat(CHUNKS)
            .getBytes(StandardCharsets.US_ASCII);

    private final Counter counter = new Counter();
    private final ServerSentEventDecoder events = new ServerSentEventDecoder(1 << 20);
    private final ResponseDecoder http = new ResponseDecoder(1 << 16);
    private final ResponseDecoder whole = new ResponseDecoder(1 << 16);
    private final AnswerReader answer = new AnswerReader(
            output -> counter.count++, new SharedScanning(), new AnswerKind(true, null, false), 1 << 20);

    public DecodingBenchmark() {
        try {
            http.decode(RESPONSE_HEAD, 0, RESPONSE_HEAD.length, counter);
            whole.decode(RESPONSE_HEAD, 0, RESPONSE_HEAD.length, answer);
        } catch (AnswerFault fault) {
            throw new IllegalStateException(fault);
        }
    }

    /** Server-sent events alone. */
    @Benchmark
    @OperationsPerInvocation(CHUNKS)
    public long events() throws AnswerFault {
        events.decode(EVENTS, 0, EVENTS.length, counter);
        return counter.count;
    }

    /** Chunked transfer coding alone. */
    @Benchmark
    @OperationsPerInvocation(CHUNKS)
    public long http() throws AnswerFault {
        http.decode(HTTP_CHUNKS, 0, HTTP_CHUNKS.length, counter);
        return counter.count;
    }

    /** Both, and what the events say. */
    @Benchmark
    @OperationsPerInvocation(CHUNKS)
    public long httpEventsAndContent() throws AnswerFault {
        whole.decode(HTTP_CHUNKS, 0, HTTP_CHUNKS.length, answer);
        return counter.count;
    }

    private static final class Counter implements ResponseHandler, ServerSentEventDecoder.EventHandler {
        private long count;

        @Override
        public void event(byte[] data, int from, int to) {
            count++;
        }

        @Override
        public void head(ResponseHead head) {
            count++;
        }

        @Override
        public void body(byte[] bytes, int from, int to) {
            count += to - from;
        }

        @Override
        public void end() {
            count++;
        }
    }
}
