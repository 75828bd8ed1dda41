package aifactory.workload.dataset;

import aifactory.workload.SeededHash;
import aifactory.workload.dataset.entry.SessionEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Counts the tokens at the beginnings of prompts that an unlimited prefix cache would have: by the identifiers of
 * blocks where the dataset has them, else by the text in pieces of 64 characters. Not thread-safe.
 */
final class PrefixCount {
    private static final int PIECE_CHARACTERS = 64;

    private final IdentifierMap seen = new IdentifierMap();
    private double sharedTokens;
    private @Nullable Integer blockTokens;

    /**
     * Adds a request.
     *
     * @param contextTokens of the conversation that it continues, which are shared in any case
     * @param newTokens that it adds to it
     */
    void add(SessionEntry.Turn turn, int contextTokens, int newTokens) {
        SessionEntry.GeneratedPrompt prompt = turn.prompt();
        if (prompt != null && prompt.blocks().length > 0) {
            blockTokens = prompt.blockTokens();
            int hits = leadingHits(prompt.blocks());
            int all = contextTokens + newTokens;
            sharedTokens += Math.min(all, Math.max(contextTokens, (long) hits * prompt.blockTokens()));
            return;
        }
        sharedTokens += contextTokens;
        List<JsonNode> messages = turn.messages();
        if (messages != null && contextTokens == 0) {
            String text = DatasetPrompts.text(messages);
            long[] pieces = new long[text.length() / PIECE_CHARACTERS];
            for (int i = 0; i < pieces.length; i++) {
                pieces[i] = SeededHash.ofText(text.substring(i * PIECE_CHARACTERS, (i + 1) * PIECE_CHARACTERS));
            }
            int hits = leadingHits(pieces);
            sharedTokens += text.isEmpty() ? 0 : (double) newTokens * hits * PIECE_CHARACTERS / text.length();
        }
    }

    /** The pieces at the beginning that were there before, in this order; the others are there from now on. */
    private int leadingHits(long[] pieces) {
        long chain = 0;
        int hits = 0;
        for (int i = 0; i < pieces.length; i++) {
            chain = SeededHash.mix(chain ^ pieces[i]) + i;
            if (hits == i && seen.get(chain) != IdentifierMap.ABSENT) {
                hits++;
            } else {
                seen.put(chain, 1);
            }
        }
        return hits;
    }

    DatasetSummary.SharedPrefixes of(double inputTokens) {
        String basis = blockTokens == null
                ? "conversations, and texts in pieces of " + PIECE_CHARACTERS + " characters"
                : "conversations, and blocks of " + blockTokens + " tokens";
        return new DatasetSummary.SharedPrefixes(inputTokens == 0 ? 0 : sharedTokens / inputTokens, basis);
    }
}
