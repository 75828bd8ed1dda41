package aifactory.simulator.internal.generation;

import aifactory.simulator.FaultKind;
import aifactory.simulator.FaultParameter;
import aifactory.simulator.SimulatorOptions.Output;
import aifactory.simulator.internal.fault.AnswerFaults;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What an answer says, token by token: words, or words of reasoning and then the document that was asked for.
 * Immutable.
 */
final class AnswerText {
    /** Of a text without a document. */
    static final int NO_DOCUMENT = -1;

    private final long seed;
    private final @Nullable String document;
    private final int reasoningTokens;

    private AnswerText(long seed, @Nullable String document, int reasoningTokens) {
        this.seed = seed;
        this.document = document;
        this.reasoningTokens = reasoningTokens;
    }

    /** Words alone. */
    static AnswerText words(long seed) {
        return new AnswerText(seed, null, 0);
    }

    /** The text of a request's answer. */
    static AnswerText of(GenerationRequest request, Output output, AnswerFaults faults, long seed) {
        boolean isDocument = request.document() != null
                && !faults.has(FaultKind.INVALID_DOCUMENT)
                && !faults.has(FaultKind.TOOL_CALL)
                && !faults.has(FaultKind.ENDLESS);
        int reasoning = DialectForm.hasReasoning(request.endpoint())
                ? (int) faults.number(FaultKind.REASONING, FaultParameter.COUNT, output.reasoningTokens())
                : 0;
        return isDocument ? new AnswerText(seed, request.document(), reasoning) : words(seed);
    }

    /**
     * How many tokens the document ends after, with those of the reasoning before it; {@link #NO_DOCUMENT} for words.
     */
    int endOfDocument() {
        return document == null
                ? NO_DOCUMENT
                : reasoningTokens + Math.ceilDiv(document.length(), Vocabulary.BYTES_PER_TOKEN);
    }

    /** The tokens as the inside of a JSON string. */
    int escapedBytes(int firstToken, int tokens) {
        return document == null || firstToken < reasoningTokens
                ? tokens * Vocabulary.BYTES_PER_TOKEN
                : escaped(piece(document, firstToken, tokens)).length();
    }

    /** Writes tokens as the inside of a JSON string; all of the reasoning, or all of what follows it. */
    void writeEscaped(ByteBuf out, int firstToken, int tokens) {
        if (document == null || firstToken < reasoningTokens) {
            Vocabulary.write(out, seed, firstToken, tokens);
        } else {
            out.writeCharSequence(escaped(piece(document, firstToken, tokens)), StandardCharsets.US_ASCII);
        }
    }

    /** Appends tokens as they are; all of the reasoning, or all of what follows it. */
    void append(StringBuilder text, int firstToken, int tokens) {
        if (document == null || firstToken < reasoningTokens) {
            Vocabulary.append(text, seed, firstToken, tokens);
        } else {
            text.append(piece(document, firstToken, tokens));
        }
    }

    /** Appends tokens as the inside of a JSON string. */
    void appendEscaped(StringBuilder text, int firstToken, int tokens) {
        StringBuilder plain = new StringBuilder();
        append(plain, firstToken, tokens);
        text.append(document == null ? plain : escaped(plain.toString()));
    }

    private String piece(String whole, int firstToken, int tokens) {
        int from = Math.min(whole.length(), (firstToken - reasoningTokens) * Vocabulary.BYTES_PER_TOKEN);
        return whole.substring(from, Math.min(whole.length(), from + tokens * Vocabulary.BYTES_PER_TOKEN));
    }

    private static String escaped(String plain) {
        String quoted = DialectForm.quoted(plain);
        return quoted.substring(1, quoted.length() - 1);
    }
}
