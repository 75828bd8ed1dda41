package aifactory.workload.prompt;

import aifactory.workload.token.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Texts for a tokenizer that does not have a token for each word: words are added until the text has the wanted tokens,
 * each text counted as a whole. Slower than {@link WordText}, and exact as far as the words allow.
 */
final class CountedText implements SyntheticText {
    private static final int MOST_ATTEMPTS = 64;

    private final WordCorpus corpus;
    private final Tokenizer tokenizer;
    private final List<String> fillers;
    private final ByteBuilder draft = new ByteBuilder();

    CountedText(WordCorpus corpus, Tokenizer tokenizer) {
        this.corpus = corpus;
        this.tokenizer = tokenizer;
        this.fillers = fillers(tokenizer);
    }

    /** The shortest texts first, so that what is missing can be filled without going beyond it. */
    private static List<String> fillers(Tokenizer tokenizer) {
        List<String> found = new ArrayList<>();
        for (char letter = 'a'; letter <= 'z'; letter++) {
            found.add(" " + letter);
            found.add(String.valueOf(letter));
        }
        found.sort((one, other) -> Integer.compare(tokenizer.count(one), tokenizer.count(other)));
        return found;
    }

    @Override
    public int append(int tokens, long bits, ByteBuilder out) {
        String text = "";
        int counted = 0;
        int words = tokens;
        // A word has at least a token, so that the right number of words is below and approached from above.
        for (int attempt = 0; attempt < MOST_ATTEMPTS && words > 0; attempt++) {
            text = words(words, bits);
            counted = tokenizer.count(text);
            if (counted <= tokens) {
                break;
            }
            words = Math.min(words - 1, (int) ((long) words * tokens / counted));
        }
        if (counted > tokens || words == 0) {
            text = "";
            counted = 0;
        }
        StringBuilder filled = new StringBuilder(text);
        for (int attempt = 0; counted < tokens && attempt < MOST_ATTEMPTS; attempt++) {
            int better = fill(filled, counted, tokens);
            if (better == counted) {
                break;
            }
            counted = better;
        }
        out.append(filled.toString().getBytes(StandardCharsets.US_ASCII));
        return counted;
    }

    private String words(int words, long bits) {
        draft.clear();
        new WordText(corpus).append(words, bits, draft);
        return new String(draft.toByteArray(), StandardCharsets.US_ASCII);
    }

    /** Appends the first filler that brings the text nearer to the wanted tokens without passing them. */
    private int fill(StringBuilder text, int counted, int tokens) {
        int length = text.length();
        for (String filler : fillers) {
            text.append(filler);
            int now = tokenizer.count(text.toString());
            if (now > counted && now <= tokens) {
                return now;
            }
            text.setLength(length);
        }
        return counted;
    }
}
