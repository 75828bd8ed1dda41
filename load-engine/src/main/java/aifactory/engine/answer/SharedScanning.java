package aifactory.engine.answer;

import aifactory.engine.http.AnswerFault;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of one event loop share to read answers: the scanner, and what it has learnt of the events of
 * streams.
 *
 * <p>Not thread-safe: belongs to one event loop.
 */
public final class SharedScanning {
    final AnswerScanner scanner = new AnswerScanner();
    private final EventTemplate text = new EventTemplate(false);
    private final EventTemplate reasoning = new EventTemplate(true);

    /** The template that the event agrees with, or null. */
    @Nullable
    EventTemplate templateOf(byte[] data, int from, int to) throws AnswerFault {
        if (text.end(data, from, to) == to) {
            return text;
        }
        return reasoning.end(data, from, to) == to ? reasoning : null;
    }

    /**
     * Reads what came in one piece on a stream between two chunks and two events, if it is nothing but whole events
     * with content that agree with those seen before.
     *
     * @param choices that the answer is known to have, a bit each: events of others are not read here
     * @param listener receives each
     * @return false if there is anything else among the bytes; then the listener was not called, and they are still to
     *      be decoded
     */
    public boolean readWholeEvents(byte[] bytes, int length, long choices, AnswerListener listener) {
        boolean output = true;
        int events = count(bytes, length, choices, text);
        if (events == 0) {
            output = false;
            events = count(bytes, length, choices, reasoning);
        }
        for (int i = 0; i < events; i++) {
            listener.content(output);
        }
        return events > 0;
    }

    private static int count(byte[] bytes, int length, long choices, EventTemplate template) {
        return (template.choiceBits() & ~choices) == 0 ? WholeEvents.count(bytes, length, template) : 0;
    }

    /** Takes the event that was scanned last as a template, if it has just one piece of content and no more to say. */
    void rememberTemplate(byte[] data, int from, int to) {
        boolean simple = scanner.contentPieces == 1
                && !scanner.toolCall
                && !scanner.embedding
                && !scanner.usage
                && !scanner.errorSuspected
                && scanner.finishes == 0
                && scanner.unmeasuredPlaces <= AnswerScanner.MOST_PLACES;
        if (simple) {
            (scanner.text ? text : reasoning).remember(data, from, to, scanner);
        }
    }
}
