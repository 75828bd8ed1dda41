package aifactory.simulator.internal.generation;

import aifactory.simulator.internal.timing.SeededRandomness;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * The words that answers are made of: all of one length, so that the size of a chunk follows from its number of tokens.
 */
final class Vocabulary {
    /** A space and five letters. */
    static final int BYTES_PER_TOKEN = 6;

    private static final String WORDS = " alpha bravo cedar delta eagle flint grove haven inlet jolly karma lemon"
            + " maple north ocean pearl quiet river stone tiger umbra vivid wheat xenon yield zebra amber birch coral"
            + " dunes ember frost";
    private static final byte[] BYTES = WORDS.getBytes(StandardCharsets.US_ASCII);
    /** A power of two, so that a word is chosen by some bits. */
    private static final int SIZE = 32;

    private Vocabulary() {}

    /** Writes tokens of an answer; the same answer's seed and place give the same word. */
    static void write(ByteBuf out, long answerSeed, int firstToken, int tokens) {
        for (int token = firstToken; token < firstToken + tokens; token++) {
            out.writeBytes(BYTES, offset(answerSeed, token), BYTES_PER_TOKEN);
        }
    }

    /** Appends tokens of an answer. */
    static void append(StringBuilder text, long answerSeed, int firstToken, int tokens) {
        for (int token = firstToken; token < firstToken + tokens; token++) {
            int offset = offset(answerSeed, token);
            text.append(WORDS, offset, offset + BYTES_PER_TOKEN);
        }
    }

    private static int offset(long answerSeed, int token) {
        return (int) (SeededRandomness.mix(answerSeed + token) & (SIZE - 1)) * BYTES_PER_TOKEN;
    }
}
