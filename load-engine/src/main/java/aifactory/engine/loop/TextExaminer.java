package aifactory.engine.loop;

import aifactory.engine.recording.RequestEnd;
import aifactory.measurement.MonotonicClock;
import aifactory.workload.document.DocumentSchema;
import aifactory.workload.token.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Examines the texts of complete answers on a separate thread: counts their tokens, and checks whether they are
 * documents of the requested schema. Both take longer than an event loop may be busy. The data of the request waits
 * here meanwhile.
 */
final class TextExaminer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TextExaminer.class);
    private static final int MOST_WAITING = 10_000;
    private static final long MOST_WAITING_BYTES = 64L << 20;
    /**
     * How long a load that was stopped continues to examine. Long answers of a full queue take far longer, and the
     * caller that stops a load, for example Slurm with its grace time, waits for the result.
     */
    static final long STOPPED_NANOS = 3_000_000_000L;

    private final @Nullable Tokenizer tokenizer;
    private final @Nullable DocumentSchema schema;
    private final MonotonicClock clock;
    private final LinkedBlockingQueue<Unexamined> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private final AtomicLong waitingBytes = new AtomicLong();
    private final Thread thread;
    /** When the load was stopped on the clock, or null. */
    private volatile @Nullable Long stoppedNanos;

    private volatile @Nullable String failure;
    private boolean toldOfUnexamined;
    private boolean toldOfUnchecked;

    /**
     * A request that has ended but for the examination of its text.
     *
     * @param end with its tokens counted by chunks
     * @param counts whether its tokens are to be counted
     * @param checks whether what was said is to be checked
     * @param said by the model, as the inside of a JSON string
     * @param reasoning before that, in the same form
     * @param firstChunk the part of both in the first chunk with content, in the same form; empty for an answer that
     *      was not streamed
     * @param examined receives the completed record, on the examining thread; throws {@link RejectedExecutionException}
     *      once recording has ended
     */
    record Unexamined(
            RequestEnd end,
            boolean counts,
            boolean checks,
            byte[] said,
            byte[] reasoning,
            byte[] firstChunk,
            Consumer<RequestEnd> examined) {
        int bytes() {
            return said.length + reasoning.length + firstChunk.length;
        }
    }

    /**
     * @param tokenizer null where the workload names none; then nothing is counted
     * @param schema null where the workload asks for no documents; then nothing is checked
     */
    TextExaminer(@Nullable Tokenizer tokenizer, @Nullable DocumentSchema schema, MonotonicClock clock) {
        this.tokenizer = tokenizer;
        this.schema = schema;
        this.clock = clock;
        this.thread = Thread.ofPlatform().daemon().name("text-examiner").unstarted(this::run);
    }

    void start() {
        if (tokenizer != null || schema != null) {
            thread.start();
        }
    }

    /** The load was stopped: what cannot be examined soon is recorded as it is. */
    void stop() {
        stoppedNanos = clock.nanoTime();
    }

    /** Whether tokens are counted. */
    boolean counts() {
        return tokenizer != null;
    }

    /** Whether documents are checked. */
    boolean checks() {
        return schema != null;
    }

    /**
     * Has a text examined. Called by event loops.
     *
     * @return false when too many, or too long, texts wait already
     */
    boolean offer(Unexamined answer) {
        if (waitingBytes.addAndGet(answer.bytes()) <= MOST_WAITING_BYTES && waiting.offer(answer)) {
            return true;
        }
        waitingBytes.addAndGet(-answer.bytes());
        return false;
    }

    /** Why counting broke off, or null. */
    @Nullable
    String failure() {
        return failure;
    }

    private void run() {
        try {
            while (true) {
                Unexamined answer = waiting.take();
                waitingBytes.addAndGet(-answer.bytes());
                boolean late = isTooLate();
                RequestEnd end = answer.counts() && !late ? count(answer) : answer.end();
                answer.examined().accept(answer.checks() && !late ? check(answer, end) : end);
            }
        } catch (InterruptedException | RejectedExecutionException e) {
            // The load has been closed.
        }
    }

    private RequestEnd count(Unexamined answer) {
        Tokenizer counting = tokenizer;
        if (counting == null || failure != null) {
            return answer.end();
        }
        try {
            int tokens = counting.count(text(answer.said())) + counting.count(text(answer.reasoning()));
            return answer.end().counted(tokens, ofFirstChunk(counting, answer, tokens));
        } catch (JacksonException e) {
            // Escapes that make no characters, such as half of a pair: no text that a tokenizer could count.
            return answer.end();
        } catch (RuntimeException e) {
            LOG.error("Counting the tokens of an answer failed", e);
            failure = "counting the tokens of answers failed: " + e;
            return answer.end();
        }
    }

    private RequestEnd check(Unexamined answer, RequestEnd end) {
        if (schema == null) {
            return end;
        }
        Boolean valid;
        try {
            valid = schema.accepts(text(answer.said()));
        } catch (JacksonException e) {
            // No text, so no document.
            valid = false;
        } catch (RuntimeException e) {
            if (!toldOfUnchecked) {
                toldOfUnchecked = true;
                LOG.warn("A document could not be checked; further ones like it are not reported", e);
            }
            return end;
        }
        return valid == null ? end : end.withDocument(valid);
    }

    private static @Nullable Integer ofFirstChunk(Tokenizer counting, Unexamined answer, int tokens) {
        byte[] first = answer.firstChunk();
        if (first.length == 0) {
            return null;
        }
        if (first.length == answer.said().length + answer.reasoning().length) {
            return tokens;
        }
        try {
            return Math.min(tokens, counting.count(text(first)));
        } catch (JacksonException e) {
            // The chunk ended in the middle of a character.
            return null;
        }
    }

    private boolean isTooLate() {
        Long stopped = stoppedNanos;
        boolean late = stopped != null && clock.nanoTime() - stopped > STOPPED_NANOS;
        if (late && !toldOfUnexamined) {
            toldOfUnexamined = true;
            LOG.warn(
                    "The load was stopped while the texts of {} answers waited to be examined; their tokens are the"
                            + " number of their chunks, and their documents are not checked",
                    waiting.size() + 1);
        }
        return late;
    }

    private static String text(byte[] insideOfString) {
        String quoted = '"' + new String(insideOfString, StandardCharsets.UTF_8) + '"';
        return JsonMapper.shared().readValue(quoted, String.class);
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    /** Waits until the thread has ended, which it does soon after {@link #close()}, or the time has passed. */
    void awaitEnd(long millis) throws InterruptedException {
        thread.join(millis);
    }
}
