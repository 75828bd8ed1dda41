package aifactory.engine.answer;

import aifactory.workload.prompt.ByteBuilder;

/**
 * The text of an answer so far, as it stands inside the quotes of its JSON strings. What a model says and its reasoning
 * are kept apart: only the first belongs to the conversation, but both are generated tokens.
 *
 * <p>Not thread-safe: belongs to one connection and its event loop.
 */
final class KeptText {
    private static final byte[] NOTHING = {};

    final ByteBuilder said = new ByteBuilder();
    final ByteBuilder reasoning = new ByteBuilder();

    /** What the first chunk with content brought, once there was one. */
    private byte[] firstChunk = NOTHING;

    void clear() {
        said.clear();
        reasoning.clear();
        firstChunk = NOTHING;
    }

    /** What is kept so far is of the first chunk with content. */
    void endFirstChunk() {
        firstChunk = (reasoning.length() > 0 ? reasoning : said).toByteArray();
    }

    /** Empty where there was no text in it, or no chunk yet. */
    byte[] firstChunk() {
        return firstChunk;
    }

    /** In bytes. */
    int length() {
        return said.length() + reasoning.length();
    }
}
