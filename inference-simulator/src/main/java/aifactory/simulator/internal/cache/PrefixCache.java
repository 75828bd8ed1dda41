package aifactory.simulator.internal.cache;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The prompt prefixes that the server remembers: full blocks, of which the least recently used are forgotten. Counted
 * as vLLM does: the last token of a prompt is always computed, so that a prompt of full blocks never hits with its
 * last one. Generated tokens are not remembered. Thread-safe.
 */
public final class PrefixCache {
    private final int mostBlocks;
    private final Map<Long, Boolean> blocks;

    /**
     * @param tokens that fit in
     */
    public PrefixCache(long tokens) {
        mostBlocks = Math.clamp(tokens / PromptBlocks.BLOCK_TOKENS, 1, 1 << 22);
        blocks = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
                return size() > mostBlocks;
            }
        };
    }

    /** Looks a prompt up and remembers it; returns the tokens of it that were there. */
    public synchronized int use(PromptBlocks prompt) {
        int usable = (prompt.tokens() - 1) / PromptBlocks.BLOCK_TOKENS;
        int hits = 0;
        for (int i = 0; i < prompt.size(); i++) {
            boolean known = blocks.put(prompt.block(i), Boolean.TRUE) != null;
            if (known && hits == i && i < usable) {
                hits++;
            }
        }
        return hits * PromptBlocks.BLOCK_TOKENS;
    }
}
