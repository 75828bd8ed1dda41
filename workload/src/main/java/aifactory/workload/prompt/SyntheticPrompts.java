package aifactory.workload.prompt;

import aifactory.workload.Conversation;
import aifactory.workload.LengthDistribution;
import aifactory.workload.LengthSampler;
import aifactory.workload.SeededHash;
import aifactory.workload.SeededHash.Purpose;
import aifactory.workload.SharedPrefix;
import aifactory.workload.WorkloadSpecification;
import org.jspecify.annotations.Nullable;

/**
 * Prompts of random words. Each begins with words that spell a hash of seed, salt and request, so that no two requests,
 * and no two runs with different salts, share a prefix that a server could have cached; unless a shared prefix is asked
 * for, which then comes first. The later turns of a session share what the session has said before, as they do in life.
 */
public final class SyntheticPrompts implements PromptSource {
    private final long seed;
    private final long saltedSeed;
    private final SyntheticText text;
    private final LengthDistribution inputLength;
    private final LengthDistribution outputLength;
    private final @Nullable SharedPrefix sharedPrefix;
    private final @Nullable PrefixTree tree;
    private final SessionShape sessions;

    /**
     * @param text makes the words
     * @param salt of the run; the empty salt repeats the prompts of every other run with the same seed and the empty
     *      salt
     */
    public SyntheticPrompts(
            SyntheticText text,
            long seed,
            String salt,
            LengthDistribution inputLength,
            LengthDistribution outputLength,
            @Nullable SharedPrefix sharedPrefix,
            @Nullable Conversation conversation) {
        this.seed = seed;
        this.saltedSeed = seed ^ SeededHash.ofText(salt);
        this.text = text;
        this.inputLength = inputLength;
        this.outputLength = outputLength;
        this.sharedPrefix = sharedPrefix;
        this.tree = sharedPrefix == null || sharedPrefix.hitRate() == null
                ? null
                : new PrefixTree(sharedPrefix, sharedPrefix.hitRate(), inputLength);
        this.sessions = new SessionShape(seed, conversation);
    }

    /** The synthetic prompts of a workload. */
    public static SyntheticPrompts of(WorkloadSpecification specification, String salt, SyntheticText text) {
        return new SyntheticPrompts(
                text,
                specification.seed(),
                specification.samePrompts() ? "" : salt,
                specification.inputLength(),
                specification.outputLength(),
                specification.sharedPrefix(),
                specification.conversation());
    }

    @Override
    public int turns(long session) {
        return sessions.turns(session);
    }

    @Override
    public long thinkNanos(long session, int turn) {
        return sessions.thinkNanos(session, turn);
    }

    @Override
    public int outputTokens(long session, int turn) {
        return LengthSampler.sample(
                outputLength, SeededHash.bits(seed, Purpose.OUTPUT_LENGTH, SessionShape.request(session, turn)));
    }

    @Override
    public int appendText(long session, int turn, ByteBuilder out) {
        long request = SessionShape.request(session, turn);
        int tokens = LengthSampler.sample(inputLength, SeededHash.bits(seed, Purpose.INPUT_LENGTH, request));
        if (tree != null && turn == 0) {
            return appendOfTree(tree, session, tokens, out);
        }
        int prefixTokens = turn == 0 ? appendPrefix(session, out) : 0;
        return prefixTokens + text.append(tokens, SeededHash.bits(saltedSeed, Purpose.PROMPT, request), out);
    }

    private int appendOfTree(PrefixTree prefixes, long session, int tokens, ByteBuilder out) {
        long bits = SeededHash.bits(seed, Purpose.PREFIX, session);
        int shared = prefixes.prefixTokens(tokens, SeededHash.mix(bits));
        int counted = prefixes.append(prefixes.leaf(bits), shared, saltedSeed, text, out);
        return counted + text.append(tokens - shared, SeededHash.bits(saltedSeed, Purpose.PROMPT, session), out);
    }

    private int appendPrefix(long session, ByteBuilder out) {
        if (sharedPrefix == null) {
            return 0;
        }
        long chosen = Long.remainderUnsigned(SeededHash.bits(seed, Purpose.PREFIX, session), sharedPrefix.count());
        return text.append(sharedPrefix.tokens(), SeededHash.bits(saltedSeed, Purpose.PREFIX, -1 - chosen), out);
    }
}
