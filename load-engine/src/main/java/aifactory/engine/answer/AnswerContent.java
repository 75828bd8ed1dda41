package aifactory.engine.answer;

import aifactory.engine.http.AnswerFault;
import aifactory.measurement.FailureKind;
import org.jspecify.annotations.Nullable;

/**
 * The content of one answer received so far: content, finish reasons of its choices, the server's token counts. Parses
 * the JSON of its events, or of its whole body.
 *
 * <p>Not thread-safe: belongs to one connection and its event loop.
 */
final class AnswerContent {
    private final AnswerListener listener;
    private final SharedScanning shared;
    private final int maximumTextBytes;
    private final int droppedAboveBytes;
    private final boolean generates;
    /** Of a dialect, or of an endpoint that only the user knows; null for OpenAI's older APIs. */
    private final @Nullable DocumentAnswer custom;

    /** Null where no text is kept. */
    private final @Nullable KeptText text;

    final UsageCounts usage = new UsageCounts();
    final FinishReasons finish = new FinishReasons();
    private boolean anyContent;
    private boolean anyToolCall;
    /** Whether the text was too long to be kept. */
    private boolean textDropped;

    private boolean closed;
    private boolean complete;
    private long choices;

    AnswerContent(AnswerListener listener, SharedScanning shared, AnswerKind kind, int maximumTextBytes) {
        this.listener = listener;
        this.shared = shared;
        this.maximumTextBytes = maximumTextBytes;
        this.droppedAboveBytes = kind.droppedAboveBytes();
        this.generates = kind.generates();
        this.custom = kind.dialect() != null
                ? new DialectAnswer(kind.dialect())
                : kind.contentPointer() == null ? null : new TemplateAnswer(kind.contentPointer());
        this.text = kind.keepsText() ? new KeptText() : null;
    }

    void clear() {
        usage.clear();
        finish.clear();
        if (text != null) {
            text.clear();
        }
        anyContent = false;
        anyToolCall = false;
        textDropped = false;
        closed = false;
        complete = false;
        choices = 0;
    }

    boolean any() {
        return anyContent;
    }

    /**
     * The server has said that the answer ends here: what comes now is no content, but an error, a reason or a count
     * still is one.
     */
    void close() {
        closed = true;
    }

    /** Whether a model generated the content: embeddings and scores have no output tokens. */
    boolean isGenerated() {
        return generates;
    }

    /** Whether the endpoint is not one of OpenAI's older APIs. */
    boolean isCustom() {
        return custom != null;
    }

    /** Whether a complete stream says that it is complete. */
    boolean marksEnd() {
        return custom == null || custom.marksEnd();
    }

    /** Whether streams are lines of JSON, instead of server-sent events. */
    boolean isLines() {
        return custom != null && custom.isLines();
    }

    /** Whether an event has said that the stream is complete. */
    boolean isComplete() {
        return complete;
    }

    /** Whether the event holds nothing but content, as one before it did, and has been taken. */
    boolean takeEventLikeBefore(byte[] data, int from, int to) {
        EventTemplate template;
        try {
            template = text == null && !closed ? shared.templateOf(data, from, to) : null;
        } catch (AnswerFault fault) {
            // Those who read all of it say what is wrong with it.
            return false;
        }
        if (template == null) {
            return false;
        }
        anyContent = true;
        choices |= template.choiceBits();
        listener.content(!template.isReasoning());
        return true;
    }

    /** Whether an event with content that comes now changes nothing here. */
    boolean isIndifferentToContent() {
        return anyContent && text == null && custom == null && !closed;
    }

    /** The choices that are known to be in the answer, a bit each. */
    long choices() {
        return choices;
    }

    /**
     * Takes an event that is a JSON object.
     *
     * @return whether there was anything in it that is measured
     */
    boolean takeEvent(byte[] data, int from, int to) throws AnswerFault {
        if (custom != null) {
            return takeCustom(custom, data, from, to, true);
        }
        AnswerScanner scanner = shared.scanner;
        scan(scanner, data, from, to);
        boolean hasContent = !closed && hasContent(scanner);
        boolean first = !anyContent && hasContent;
        takeEnds(scanner, data, first);
        if (hasContent) {
            anyContent = true;
            if (first && text != null) {
                text.endFirstChunk();
            }
            boolean output = scanner.text || scanner.toolCall;
            shared.rememberTemplate(data, from, to);
            listener.content(output);
        }
        boolean hasChoices = !closed && scanner.choiceBits != 0;
        return hasContent || hasChoices || scanner.usage || scanner.finishes > 0;
    }

    /** Takes a whole body in JSON. */
    void takeBody(byte[] body, int from, int to) throws AnswerFault {
        try {
            takeDocument(body, from, to);
        } catch (AnswerFault fault) {
            // Where an answer is cut into lines of JSON, the last says how it ended.
            refuseError(fault.kind() == FailureKind.MALFORMED_EVENT ? ServerErrors.inLastLine(body, from, to) : null);
            throw fault;
        }
    }

    private void takeDocument(byte[] body, int from, int to) throws AnswerFault {
        if (custom != null) {
            takeCustom(custom, body, from, to, false);
            return;
        }
        if (body[from] == '[') {
            refuseError(ServerErrors.in(body, from, to, false));
        }
        AnswerScanner scanner = shared.scanner;
        scan(scanner, body, from, to);
        takeEnds(scanner, body, false);
        anyContent = hasContent(scanner);
    }

    /** Of the kind that was asked for. */
    private boolean hasContent(AnswerScanner scanner) {
        return generates ? scanner.hasGenerated() : scanner.embedding;
    }

    private void takeEnds(AnswerScanner scanner, byte[] data, boolean withFirstChunk) {
        choices |= scanner.choiceBits;
        if (scanner.usage) {
            usage.take(scanner.promptTokens, scanner.completionTokens, withFirstChunk);
        }
        for (int i = 0; i < scanner.finishes; i++) {
            finish.add(data, scanner.finishFrom[i], scanner.finishTo[i], scanner.finishBit[i]);
        }
    }

    private void scan(AnswerScanner scanner, byte[] data, int from, int to) throws AnswerFault {
        try {
            scanner.scan(data, from, to, closed || textDropped ? null : text);
        } catch (AnswerFault fault) {
            throw new AnswerFault(fault.kind(), fault.getMessage() + ": " + ErrorText.excerpt(data, from, to));
        }
        if (text != null) {
            requireKeepable(text);
            anyToolCall |= scanner.toolCall;
        }
        boolean isAnswer = scanner.choices || scanner.usage || scanner.embedding;
        if (scanner.errorSuspected || !isAnswer) {
            refuseError(ServerErrors.in(data, from, to, isAnswer));
        }
    }

    private boolean takeCustom(DocumentAnswer answer, byte[] data, int from, int to, boolean streamed)
            throws AnswerFault {
        refuseError(answer.read(data, from, to));
        boolean hasContent = !closed && answer.hasContent();
        boolean first = !anyContent && hasContent;
        if (text != null && hasContent && !textDropped) {
            text.said.append(DocumentAnswer.escaped(answer.text()));
            text.reasoning.append(DocumentAnswer.escaped(answer.reasoning()));
            requireKeepable(text);
            anyToolCall |= answer.hasToolCall();
            if (first && streamed) {
                text.endFirstChunk();
            }
        }
        if (answer.hasUsage()) {
            usage.take(answer.promptTokens(), answer.completionTokens(), first && streamed);
        }
        answer.finishReasons().forEach(reason -> finish.add(reason, 1));
        complete |= answer.isDone();
        if (hasContent) {
            anyContent = true;
            if (streamed) {
                listener.content(!answer.isReasoning());
            }
        }
        return hasContent
                || answer.isDone()
                || answer.hasUsage()
                || !answer.finishReasons().isEmpty();
    }

    private static void refuseError(@Nullable String message) throws AnswerFault {
        if (message != null) {
            throw new AnswerFault(FailureKind.ERROR_IN_BODY, message);
        }
    }

    private void requireKeepable(KeptText kept) throws AnswerFault {
        if (kept.length() > droppedAboveBytes) {
            kept.clear();
            textDropped = true;
        }
        if (kept.length() > maximumTextBytes) {
            throw new AnswerFault(
                    FailureKind.OVERSIZED_EVENT,
                    "a text of more than " + maximumTextBytes + " bytes, which the next turn would have to carry");
        }
    }

    /** The server has said that it ended the answer for a reason that is no success. */
    @Nullable
    AnswerFault aborted() {
        String reason = finish.failure();
        return reason == null
                ? null
                : new AnswerFault(
                        FailureKind.SERVER_ABORTED, "the server ended the answer with finish_reason '" + reason + "'");
    }

    /** What was said so far, without reasoning, as the inside of a JSON string; empty where it is not kept. */
    byte[] text() {
        return text == null ? new byte[0] : text.said.toByteArray();
    }

    byte[] reasoningText() {
        return text == null ? new byte[0] : text.reasoning.toByteArray();
    }

    byte[] firstChunkText() {
        return text == null ? new byte[0] : text.firstChunk();
    }

    /**
     * What was said, in the same form, where it may be a document; null where it is not kept, was too long or is a
     * call of a tool.
     */
    byte @Nullable [] document() {
        return text == null || textDropped || anyToolCall ? null : text.said.toByteArray();
    }

    /** Whether all that was generated is in the texts: calls of tools have tokens too. */
    boolean isAllText() {
        return text != null && text.length() > 0 && !anyToolCall;
    }
}
