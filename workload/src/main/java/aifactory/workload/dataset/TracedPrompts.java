package aifactory.workload.dataset;

import aifactory.workload.SeededHash;
import aifactory.workload.SeededHash.Purpose;
import aifactory.workload.prompt.ByteBuilder;
import aifactory.workload.prompt.PromptSource;
import aifactory.workload.prompt.SyntheticText;

/**
 * Prompts of the lengths that a trace has, made of its blocks: requests whose entries have the same ids at their beginning really
 * share that prefix, token for token. The words are the run's own, so that another run shares nothing.
 */
final class TracedPrompts implements PromptSource {
    private final DatasetFile<TracedEntry> file;
    private final SyntheticText text;
    private final long saltedSeed;

    TracedPrompts(DatasetFile<TracedEntry> file, SyntheticText text, long saltedSeed) {
        this.file = file;
        this.text = text;
        this.saltedSeed = saltedSeed;
    }

    private TracedEntry entry(long session) {
        return file.entry((int) (session % file.index().size()));
    }

    @Override
    public int outputTokens(long session, int turn) {
        return entry(session).outputTokens();
    }

    @Override
    public int appendText(long session, int turn, ByteBuilder out) {
        TracedEntry entry = entry(session);
        if (entry.hashIds().length == 0) {
            return text.append(entry.inputTokens(), SeededHash.bits(saltedSeed, Purpose.PROMPT, session), out);
        }
        int tokens = 0;
        int left = entry.inputTokens();
        for (long id : entry.hashIds()) {
            int block = Math.min(left, TracedEntry.BLOCK_TOKENS);
            tokens += text.append(block, SeededHash.bits(saltedSeed, Purpose.PREFIX, id), out);
            left -= block;
        }
        return tokens;
    }
}
