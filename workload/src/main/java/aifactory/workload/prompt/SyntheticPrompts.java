package aifactory.workload.prompt;

import aifactory.workload.LengthDistribution;
import aifactory.workload.LengthSampler;
import aifactory.workload.SeededHash;
import aifactory.workload.SeededHash.Purpose;
import aifactory.workload.SharedPrefix;
import org.jspecify.annotations.Nullable;

/**
 * Prompts of random words. Each begins with words that spell a hash of seed, salt and index, so that no two requests, and no
 * two runs with different salts, share a prefix that a server could have cached; unless a shared prefix is asked for, which
 * then comes first.
 */
public final class SyntheticPrompts implements PromptSource {
    /** A word of the vocabulary carries nearly eight bits, so that eight words tell 64 bits apart. */
    private static final int SPELLED_WORDS = 8;

    private final long seed;
    private final long saltedSeed;
    private final WordCorpus corpus;
    private final LengthDistribution inputLength;
    private final LengthDistribution outputLength;
    private final @Nullable SharedPrefix sharedPrefix;

    /**
     * @param salt of the run; the empty salt repeats the prompts of every other run with the same seed and the empty salt
     */
    public SyntheticPrompts(
            long seed,
            String salt,
            LengthDistribution inputLength,
            LengthDistribution outputLength,
            @Nullable SharedPrefix sharedPrefix) {
        this.seed = seed;
        this.saltedSeed = seed ^ SeededHash.ofText(salt);
        this.corpus = new WordCorpus(seed);
        this.inputLength = inputLength;
        this.outputLength = outputLength;
        this.sharedPrefix = sharedPrefix;
    }

    @Override
    public int append(long index, ByteBuilder out) {
        int words = LengthSampler.sample(inputLength, SeededHash.bits(seed, Purpose.INPUT_LENGTH, index));
        int prefixWords = appendPrefix(index, out);
        long bits = SeededHash.bits(saltedSeed, Purpose.PROMPT, index);
        int spelled = Math.min(words, SPELLED_WORDS);
        corpus.appendSpelled(out, spelled, bits);
        corpus.append(out, words - spelled, SeededHash.mix(bits));
        return prefixWords + words;
    }

    private int appendPrefix(long index, ByteBuilder out) {
        if (sharedPrefix == null) {
            return 0;
        }
        long chosen = Long.remainderUnsigned(SeededHash.bits(seed, Purpose.PREFIX, index), sharedPrefix.count());
        long bits = SeededHash.bits(saltedSeed, Purpose.PREFIX, -1 - chosen);
        int spelled = Math.min(sharedPrefix.tokens(), SPELLED_WORDS);
        corpus.appendSpelled(out, spelled, bits);
        corpus.append(out, sharedPrefix.tokens() - spelled, SeededHash.mix(bits));
        return sharedPrefix.tokens();
    }

    @Override
    public int outputTokens(long index) {
        return LengthSampler.sample(outputLength, SeededHash.bits(seed, Purpose.OUTPUT_LENGTH, index));
    }
}
