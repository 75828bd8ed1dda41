package aifactory.measurement;

import java.util.Locale;

/** A property of a response that is not a failure but that a reader of the result has to know. */
public enum ResponseRemark {
    /** The server's {@code usage} was not believed: the next source of token counts was used instead. */
    USAGE_MISMATCH,
    /** The content was what had been asked for, its content type said something else. */
    OTHER_CONTENT_TYPE,
    /** The body was compressed although the request did not accept compression: a compressor may hold tokens back. */
    COMPRESSED,
    /**
     * The response is the second: the server refused the key of the first attempt, and the request was sent again with a
     * renewed key. Its latencies start with the first attempt, as the time that its sender waited does.
     */
    KEY_RENEWED;

    /** The name under which summaries and records carry it. */
    public String jsonName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
