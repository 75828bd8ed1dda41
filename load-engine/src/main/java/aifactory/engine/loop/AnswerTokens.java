package aifactory.engine.loop;

import aifactory.engine.answer.AnswerReader;
import aifactory.engine.recording.RequestEnd;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.TokenSource;

/** Decides whose count of tokens a complete answer is recorded with. Stateless. */
final class AnswerTokens {
    private AnswerTokens() {}

    /**
     * The end of a request whose answer is complete. The server's count is taken where it is there and possible, else
     * the number of chunks, until a tokenizer says better; an answer that came in one piece and without a count has no
     * source.
     *
     * @param chunks with content that came
     * @param knownInputTokens as far as the workload knows them
     */
    static RequestEnd completed(AnswerReader answer, int chunks, int knownInputTokens) {
        boolean mismatch = answer.isUsageMismatch(chunks);
        if (mismatch) {
            answer.remarkUsageMismatch();
        }
        boolean believed = answer.hasUsage() && !mismatch;
        Integer prompt = answer.promptTokens();
        Integer completion = answer.completionTokens();
        boolean chunksCount = chunks > 0 || !answer.isGenerated();
        return new RequestEnd(
                RequestOutcome.COMPLETED,
                null,
                null,
                answer.status(),
                prompt == null || prompt == 0 ? knownInputTokens : prompt,
                believed ? completion == null ? 0 : completion : chunks,
                believed ? TokenSource.USAGE : chunksCount ? TokenSource.CHUNKS : null,
                answer.details(chunks));
    }
}
