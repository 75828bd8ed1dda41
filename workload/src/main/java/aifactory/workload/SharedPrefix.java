package aifactory.workload;

import org.jspecify.annotations.Nullable;

/**
 * Prefixes that prompts have in common, to exercise a server's prefix cache: either of a given length before every
 * prompt, or within every prompt such that a cache finds a given share of its tokens.
 *
 * @param count number of different prefixes
 * @param tokens the length of each, in addition to the input tokens of the workload; 0 with a hit rate
 * @param hitRate share of the input tokens that a cache with room for all prefixes finds once it has seen them; null
 *     for prefixes of a given length
 * @param levels with a hit rate, levels of the tree whose leaves are the prefixes; null for {@link #DEFAULT_LEVELS}
 * @param popularity with a hit rate, exponent of the Zipf distribution of the prefixes: 0 for equal shares; null for
 * {@link #DEFAULT_POPULARITY}
 */
public record SharedPrefix(
        int count,
        int tokens,
        @Nullable Double hitRate,
        @Nullable Integer levels,
        @Nullable Double popularity) {
    public static final int DEFAULT_LEVELS = 3;
    public static final double DEFAULT_POPULARITY = 1;

    /** Prefixes of a given length. */
    public SharedPrefix(int count, int tokens) {
        this(count, tokens, null, null, null);
    }
}
