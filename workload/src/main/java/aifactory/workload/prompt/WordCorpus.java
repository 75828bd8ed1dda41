package aifactory.workload.prompt;

import aifactory.workload.SeededHash;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A long ring of common English words, from which prompts of any length are cut. Most tokenizers have one token for
 * each of the words with its leading space, so a prompt of n words is close to n tokens; the server's own count is what
 * is reported.
 *
 * <p>Immutable and safe to share.
 */
final class WordCorpus {
    private static final int WORDS_IN_RING = 1 << 16;
    private static final int SPELLED_BITS = 63;

    /** Common English words. */
    static final List<String> VOCABULARY = List.of(
            ("the of and to in that was his he it with is for as had you not be her on at by which have or from this"
                            + " him but all she they were my are me one their so an said them we who would been will no when there if"
                            + " more out up into do any your what has man could other than our some very time upon about may its"
                            + " only now like little then can made should did us such great before must two these see know over much"
                            + " down after first good men own never most old shall day where those came come himself way work life"
                            + " without go make well through being long say might how am too even again many back here think every"
                            + " people went same last thought away under take found hand eyes still place while just also young yet"
                            + " though against things get ever give year face began light nothing house right world water three head"
                            + " left night white room mind because between told love side far few heart small turn took once off"
                            + " mother father another called seemed next country round part end point half black morning door power"
                            + " years name state woman high large soon four form words voice given looked asked set best open")
                    .split(" "));

    private final List<String> vocabulary;
    private final int spellingWords;
    private final byte[] text;
    private final int[] wordStarts;

    /**
     * The ring that belongs to a seed.
     *
     * @param vocabulary at least two words
     */
    WordCorpus(long seed, List<String> vocabulary) {
        this.vocabulary = vocabulary;
        this.spellingWords = (int) Math.ceil(SPELLED_BITS * Math.log(2) / Math.log(vocabulary.size()));
        StringBuilder ring = new StringBuilder(WORDS_IN_RING * 6);
        wordStarts = new int[WORDS_IN_RING + 1];
        for (int word = 0; word < WORDS_IN_RING; word++) {
            wordStarts[word] = ring.length();
            long bits = SeededHash.bits(seed, SeededHash.Purpose.PROMPT, word);
            ring.append(' ').append(word(bits));
        }
        wordStarts[WORDS_IN_RING] = ring.length();
        text = ring.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Appends so many words, each with a leading space, from the place in the ring that the bits point to. */
    void append(ByteBuilder out, int words, long bits) {
        int start = (int) (bits & (WORDS_IN_RING - 1));
        int left = words;
        while (left > 0) {
            int taken = Math.min(left, WORDS_IN_RING - start);
            out.append(text, wordStarts[start], wordStarts[start + taken] - wordStarts[start]);
            left -= taken;
            start = 0;
        }
    }

    private String word(long bits) {
        return vocabulary.get((int) Long.remainderUnsigned(bits, vocabulary.size()));
    }

    /** So many words tell nearly all bits apart; more would say nothing more. */
    int spellingWords() {
        return spellingWords;
    }

    /** Appends words that spell the bits: different bits give different words. */
    void appendSpelled(ByteBuilder out, int words, long bits) {
        long rest = bits;
        for (int i = 0; i < words; i++) {
            byte[] word = word(rest).getBytes(StandardCharsets.US_ASCII);
            rest = Long.divideUnsigned(rest, vocabulary.size());
            out.append((byte) ' ');
            out.append(word, 0, word.length);
        }
    }
}
