package aifactory.engine.loop;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.engine.recording.RequestEnd;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.TokenSource;
import aifactory.workload.token.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is counted of the answers that wait, with a tokenizer that takes a second of a clock that only it moves. */
class TextExaminerTest {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final RequestEnd BY_CHUNKS =
            new RequestEnd(RequestOutcome.COMPLETED, null, null, 200, 5, 7, TokenSource.CHUNKS);

    private final AtomicLong nanos = new AtomicLong();
    private final BlockingQueue<RequestEnd> ends = new LinkedBlockingQueue<>();
    private final TextExaminer examiner = new TextExaminer(new SlowTokenizer(), null, nanos::get);

    /** A token for each character. */
    private final class SlowTokenizer implements Tokenizer {
        @Override
        public int count(String text) {
            nanos.addAndGet(text.isEmpty() ? 0 : SECOND_NANOS);
            return text.length();
        }

        @Override
        public void close() {}
    }

    @AfterEach
    void close() {
        examiner.close();
    }

    private void offer(int answers) {
        for (int i = 0; i < answers; i++) {
            byte[] said = "abc".getBytes(StandardCharsets.UTF_8);
            assertThat(examiner.offer(
                            new TextExaminer.Unexamined(BY_CHUNKS, true, false, said, new byte[0], said, ends::add)))
                    .isTrue();
        }
    }

    private List<TokenSource> sources(int answers) throws InterruptedException {
        List<TokenSource> sources = new ArrayList<>();
        for (int i = 0; i < answers; i++) {
            RequestEnd end = ends.poll(30, TimeUnit.SECONDS);
            assertThat(end).as("answer %d of %d", i, answers).isNotNull();
            sources.add(end.tokenSource());
            assertThat(end.outputTokens()).isEqualTo(end.tokenSource() == TokenSource.CHUNKS ? 7 : 3);
        }
        return sources;
    }

    @Test
    void aLoadThatIsNotStoppedHasAllItsAnswersCounted() throws Exception {
        offer(20);
        examiner.start();

        assertThat(sources(20)).containsOnly(TokenSource.TOKENIZER);
    }

    @Test
    void aLoadThatIsStoppedCountsForSomeSecondsAndRecordsTheRestByChunks() throws Exception {
        offer(20);
        examiner.stop();
        examiner.start();

        List<TokenSource> sources = sources(20);

        // Started at 0, 1, 2 and 3 seconds.
        assertThat(TextExaminer.STOPPED_NANOS).isEqualTo(3 * SECOND_NANOS);
        assertThat(sources.subList(0, 4)).containsOnly(TokenSource.TOKENIZER);
        assertThat(sources.subList(4, 20)).containsOnly(TokenSource.CHUNKS);
        assertThat(examiner.failure()).isNull();
    }
}
