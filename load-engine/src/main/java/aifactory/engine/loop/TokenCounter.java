package aifactory.engine.loop;

import aifactory.engine.recording.RequestEnd;
import aifactory.measurement.MonotonicClock;
import aifactory.workload.token.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Counts the output tokens of answers whose server did not, on a separate thread: it takes longer than an event loop
 * may be busy. The data of the request waits here meanwhile.
 */
final class TokenCounter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TokenCounter.class);
    private static final int MOST_WAITING = 10_000;
    /**
     * How long a load that was stopped continues to count. Long answers of a full queue take far longer, and the caller
     * that stops a load, for example Slurm with its grace time, waits for the result.
     */
    static final long STOPPED_COUNTING_NANOS = 3_000_000_000L;

    private final @Nullable Tokenizer tokenizer;
    private final MonotonicClock clock;
    private final LinkedBlockingQueue<Uncounted> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private final Thread thread;
    /** When the load was stopped on the clock, or null. */
    private volatile @Nullable Long stoppedNanos;

    private volatile @Nullable String failure;
    private boolean toldOfUncounted;

    /**
     * A request that has ended but for the count of its tokens.
     *
     * @param end with its tokens counted by chunks
     * @param said by the model, as the inside of a JSON string
     * @param reasoning before that, in the same form
     * @param firstChunk the part of both in the first chunk with content, in the same form; empty for an answer that
     *      was not streamed
     * @param counted receives the completed record, on the counting thread; throws {@link RejectedExecutionException}
     *      once recording has ended
     */
    record Uncounted(RequestEnd end, byte[] said, byte[] reasoning, byte[] firstChunk, Consumer<RequestEnd> counted) {}

    /**
     * @param tokenizer null where the workload names none; then nothing is counted
     */
    TokenCounter(@Nullable Tokenizer tokenizer, MonotonicClock clock) {
        this.tokenizer = tokenizer;
        this.clock = clock;
        this.thread = Thread.ofPlatform().daemon().name("token-counter").unstarted(this::run);
    }

    void start() {
        if (tokenizer != null) {
            thread.start();
        }
    }

    /** The load was stopped: what cannot be counted soon is recorded as it is. */
    void stop() {
        stoppedNanos = clock.nanoTime();
    }

    /** Whether there is anything to count with. */
    boolean counts() {
        return tokenizer != null;
    }

    /**
     * Has the tokens counted. Called by event loops.
     *
     * @return false when too many answers wait already
     */
    boolean offer(Uncounted answer) {
        return tokenizer != null && waiting.offer(answer);
    }

    /** Why counting broke off, or null. */
    @Nullable
    String failure() {
        return failure;
    }

    private void run() {
        try {
            while (true) {
                Uncounted answer = waiting.take();
                answer.counted().accept(count(answer));
            }
        } catch (InterruptedException | RejectedExecutionException e) {
            // The load has been closed.
        }
    }

    private RequestEnd count(Uncounted answer) {
        Tokenizer counting = tokenizer;
        if (counting == null || failure != null || isTooLate()) {
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

    private static @Nullable Integer ofFirstChunk(Tokenizer counting, Uncounted answer, int tokens) {
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
        boolean late = stopped != null && clock.nanoTime() - stopped > STOPPED_COUNTING_NANOS;
        if (late && !toldOfUncounted) {
            toldOfUncounted = true;
            LOG.warn(
                    "The load was stopped while the tokens of {} answers waited to be counted; these have the number"
                            + " of their chunks",
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
