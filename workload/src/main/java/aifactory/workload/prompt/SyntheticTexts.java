package aifactory.workload.prompt;

import aifactory.workload.SeededHash;
import aifactory.workload.token.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses how texts of a wanted length are made. Stateless. */
public final class SyntheticTexts {
    private static final Logger LOG = LoggerFactory.getLogger(SyntheticTexts.class);
    /** Fewer words would make prompts that look alike. */
    private static final int FEWEST_WORDS = 32;

    private static final int TRIALS = 32;
    private static final int TRIAL_WORDS = 2048;

    private SyntheticTexts() {}

    /**
     * The texts that belong to a seed.
     *
     * @param tokenizer that the lengths are exact for; null takes each word for a token
     */
    public static SyntheticText of(long seed, @Nullable Tokenizer tokenizer) {
        if (tokenizer == null) {
            return new WordText(new WordCorpus(seed, WordCorpus.VOCABULARY));
        }
        List<String> single = new ArrayList<>();
        for (String word : WordCorpus.VOCABULARY) {
            if (tokenizer.count(" " + word) == 1) {
                single.add(word);
            }
        }
        if (single.size() >= FEWEST_WORDS) {
            WordCorpus corpus = new WordCorpus(seed, List.copyOf(single));
            if (addsUp(corpus, tokenizer, seed)) {
                return new WordText(corpus);
            }
        }
        LOG.info(
                "The tokenizer has a token for {} of {} common words, or joins words: every prompt is counted on its own",
                single.size(),
                WordCorpus.VOCABULARY.size());
        return new CountedText(new WordCorpus(seed, WordCorpus.VOCABULARY), tokenizer);
    }

    /**
     * Whether words that are one token each stay so next to each other, as they do with every tokenizer that cuts texts
     * at spaces first. Tried on as many pairs of neighbours as there are several times over.
     */
    private static boolean addsUp(WordCorpus corpus, Tokenizer tokenizer, long seed) {
        WordText text = new WordText(corpus);
        ByteBuilder out = new ByteBuilder();
        for (int trial = 0; trial < TRIALS; trial++) {
            out.clear();
            text.append(TRIAL_WORDS, SeededHash.bits(seed, SeededHash.Purpose.PROMPT, trial), out);
            String words = new String(out.toByteArray(), StandardCharsets.US_ASCII);
            if (tokenizer.count(words) != TRIAL_WORDS) {
                return false;
            }
        }
        return true;
    }
}
