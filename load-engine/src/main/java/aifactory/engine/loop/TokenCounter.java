package aifactory.engine.loop;

import aifactory.engine.recording.ChunkTimes;
import aifactory.engine.recording.RequestEnd;
import aifactory.engine.recording.RequestIdentity;
import aifactory.engine.recording.RequestStamps;
import aifactory.workload.token.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Counts the output tokens of answers whose server did not, on a thread of its own: it takes longer than an event loop may be busy. What is
 * known of the request waits here meanwhile.
 */
final class TokenCounter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TokenCounter.class);
    private static final int MOST_WAITING = 10_000;

    private final @Nullable Tokenizer tokenizer;
    private final LinkedBlockingQueue<Uncounted> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private final Thread thread;
    private volatile @Nullable String failure;

    /**
     * A request that has ended but for the count of its tokens; nothing in it changes any more.
     *
     * @param said by the model, as the inside of a JSON string
     * @param reasoning before that, in the same form
     */
    record Uncounted(
            LoadLoop loop,
            RequestIdentity identity,
            RequestStamps stamps,
            ChunkTimes times,
            RequestEnd end,
            byte[] said,
            byte[] reasoning) {}

    /**
     * @param tokenizer null where the workload names none; then nothing is counted
     */
    TokenCounter(@Nullable Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
        this.thread = Thread.ofPlatform().daemon().name("token-counter").unstarted(this::run);
    }

    void start() {
        if (tokenizer != null) {
            thread.start();
        }
    }

    /** Whether there is anything to count with. */
    boolean counts() {
        return tokenizer != null;
    }

    /**
     * Has the tokens counted; the event loop is told of it. Called by event loops.
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
                answer.loop().counted(answer, count(answer));
            }
        } catch (InterruptedException | RejectedExecutionException e) {
            // The load has been closed.
        }
    }

    private RequestEnd count(Uncounted answer) {
        Tokenizer counting = tokenizer;
        if (counting == null || failure != null) {
            return answer.end();
        }
        try {
            return answer.end().counted(counting.count(text(answer.said())) + counting.count(text(answer.reasoning())));
        } catch (JacksonException e) {
            // Escapes that make no characters, such as half of a pair: no text that a tokenizer could count.
            return answer.end();
        } catch (RuntimeException e) {
            LOG.error("Counting the tokens of an answer broke off", e);
            failure = "counting the tokens of answers broke off: " + e;
            return answer.end();
        }
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
