package aifactory.simulator.internal.cache;

import java.util.Arrays;

/**
 * The tokens of a prompt as hashes of its full blocks, each of which depends on all tokens before it. Filled while a
 * request is parsed. Not thread-safe.
 */
public final class PromptBlocks {
    /** Tokens per block, as vLLM has by default. */
    public static final int BLOCK_TOKENS = 16;

    private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

    private long[] blocks = new long[32];
    private int size;
    private int tokens;
    private long chain = 1;
    private long token;

    /** Adds a character to the current token. */
    public void character(char character) {
        token = (token ^ character) * MULTIPLIER;
    }

    /** The current token is complete. */
    public void endToken() {
        chain = mix(chain ^ token);
        token = 0;
        tokens++;
        if (tokens % BLOCK_TOKENS == 0) {
            if (size == blocks.length) {
                blocks = Arrays.copyOf(blocks, size * 2);
            }
            blocks[size++] = chain;
        }
    }

    /** Adds a token by its number. */
    public void tokenId(long id) {
        token = (id + 1) * MULTIPLIER;
        endToken();
    }

    /** Tokens of the prompt. */
    int tokens() {
        return tokens;
    }

    /** Full blocks of the prompt. */
    int size() {
        return size;
    }

    long block(int index) {
        return blocks[index];
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        return mixed ^ (mixed >>> 27);
    }
}
