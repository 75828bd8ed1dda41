package aifactory.measurement;

import java.util.Locale;

/** A property of a response that is not a failure but that a reader of the result has to know. */
public enum ResponseRemark {
    /** The server's {@code usage} was not believed: the next source of token counts was used instead. */
    USAGE_MISMATCH,
    /** The content was what had been asked for, its content type said something else. */
    OTHER_CONTENT_TYPE,
    /** The body was compressed although the request did not accept compression: a compressor may hold tokens back. */
    COMPRESSED;

    /** The name under which summaries and records carry it. */
    public String jsonName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
