package aifactory.engine.answer;

import aifactory.engine.http.AnswerFault;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of one event loop share to read answers: the scanner, and what it has learnt of the events of streams.
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
        if (text.matches(data, from, to)) {
            return text;
        }
        return reasoning.matches(data, from, to) ? reasoning : null;
    }

    /** Takes the event that was scanned last as a template, if it has just one piece of content and no more to say. */
    void rememberTemplate(byte[] data, int from, int to) {
        boolean simple = scanner.contentPieces == 1
                && !scanner.toolCall
                && !scanner.embedding
                && !scanner.usage
                && !scanner.finished
                && scanner.unmeasuredPlaces <= AnswerScanner.MOST_PLACES;
        if (simple) {
            (scanner.text ? text : reasoning).remember(data, from, to, scanner);
        }
    }
}
