package aifactory.workload.prompt;

import aifactory.workload.LengthDistribution;
import aifactory.workload.SeededHash;
import aifactory.workload.SeededHash.Purpose;
import aifactory.workload.SharedPrefix;

/**
 * Prefixes as the leaves of a tree: those under one branch have its beginning in common, and some are more popular
 * than others. Immutable.
 */
final class PrefixTree {
    /**
     * Prefix caches keep blocks, mostly of 16 tokens, and find only those that are full. A length between two
     * multiples is one of them by a draw, so that the mean is right.
     */
    private static final int BLOCK_TOKENS = 16;

    private final double hitRate;
    private final int levels;
    private final int branches;
    private final int segmentTokens;
    private final double[] cumulativePopularity;

    /**
     * @param prefix with a hit rate
     */
    PrefixTree(SharedPrefix prefix, double hitRate, LengthDistribution inputLength) {
        this.hitRate = hitRate;
        this.levels = prefix.levels() == null ? SharedPrefix.DEFAULT_LEVELS : prefix.levels();
        this.branches = (int) Math.max(2, Math.ceil(Math.pow(prefix.count(), 1.0 / levels) - 1e-9));
        this.segmentTokens = (int) Math.max(1, Math.ceil(hitRate * inputLength.mean() / levels));
        double exponent = prefix.popularity() == null ? SharedPrefix.DEFAULT_POPULARITY : prefix.popularity();
        this.cumulativePopularity = new double[prefix.count()];
        double sum = 0;
        for (int i = 0; i < cumulativePopularity.length; i++) {
            sum += Math.pow(i + 1.0, -exponent);
            cumulativePopularity[i] = sum;
        }
    }

    /** The tokens of a prompt that are a prefix. */
    int prefixTokens(int promptTokens, long bits) {
        double wanted = hitRate * promptTokens;
        int blocks = (int) (wanted / BLOCK_TOKENS);
        boolean more = SeededHash.unit(bits) < wanted / BLOCK_TOKENS - blocks;
        return Math.min(promptTokens, (blocks + (more ? 1 : 0)) * BLOCK_TOKENS);
    }

    /** The prefix of a prompt. */
    int leaf(long bits) {
        double wanted = SeededHash.unit(bits) * cumulativePopularity[cumulativePopularity.length - 1];
        int low = 0;
        int high = cumulativePopularity.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (cumulativePopularity[middle] <= wanted) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Appends the beginning of a prefix; returns its tokens as far as the text knows. */
    int append(int leaf, int tokens, long saltedSeed, SyntheticText text, ByteBuilder out) {
        int counted = 0;
        int left = tokens;
        for (int level = 0; level < levels && left > 0; level++) {
            int length = level == levels - 1 ? left : Math.min(left, segmentTokens);
            long node = (long) (leaf / Math.pow(branches, levels - 1.0 - level));
            long key = SeededHash.mix(((long) (level + 1) << 40) + node);
            counted += text.append(length, SeededHash.bits(saltedSeed, Purpose.PREFIX, key), out);
            left -= length;
        }
        return counted;
    }
}
