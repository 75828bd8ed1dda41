package aifactory.engine.answer;

import aifactory.workload.prompt.ByteBuilder;

/**
 * The text of an answer so far, as it stands inside the quotes of its JSON strings. What a model says and its reasoning are kept apart:
 * only the first belongs to the conversation, but both are generated tokens.
 *
 * <p>Not thread-safe: belongs to one connection and its event loop.
 */
final class KeptText {
    final ByteBuilder said = new ByteBuilder();
    final ByteBuilder reasoning = new ByteBuilder();

    void clear() {
        said.clear();
        reasoning.clear();
    }

    /** In bytes. */
    int length() {
        return said.length() + reasoning.length();
    }
}
