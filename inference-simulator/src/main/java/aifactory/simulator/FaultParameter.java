package aifactory.simulator;

import aifactory.workload.DurationText;

/** A figure or text of a fault, written {@code key=value}. */
public enum FaultParameter {
    /** An HTTP status. */
    CODE("code", Form.NUMBER, 400, 599),
    /**
     * The output token, counted from 0, just before which the fault happens; the end of a shorter output at the latest.
     */
    TOKEN("token", Form.NUMBER, 0, 100_000_000),
    /** How many, see the fault. */
    COUNT("count", Form.NUMBER, 1, 1_000_000),
    /** A size. */
    BYTES("bytes", Form.NUMBER, 1, 64 << 20),
    /** How long it lasts. */
    FOR("for", Form.DURATION, 1, Long.MAX_VALUE),
    /** When it begins, counted from the first request for generation. */
    AT("at", Form.DURATION, 0, Long.MAX_VALUE),
    /** After how long it begins again. */
    PERIOD("period", Form.DURATION, 1, Long.MAX_VALUE),
    /** A pause between two parts. */
    GAP("gap", Form.DURATION, 0, Long.MAX_VALUE),
    /** The value of a {@code retry-after} header. */
    RETRY_AFTER("retry-after", Form.DURATION, 0, Long.MAX_VALUE),
    /** A media type. */
    TYPE("type", Form.TEXT, 0, 0);

    private enum Form {
        NUMBER,
        DURATION,
        TEXT
    }

    private final String key;
    private final Form form;
    private final long least;
    private final long most;

    FaultParameter(String key, Form form, long least, long most) {
        this.key = key;
        this.form = form;
        this.least = least;
        this.most = most;
    }

    /** How it is written. */
    public String key() {
        return key;
    }

    boolean isText() {
        return form == Form.TEXT;
    }

    /**
     * Reads a number, or a duration as nanoseconds.
     *
     * @throws IllegalArgumentException names the value and what it may be
     */
    long number(String text) {
        if (form == Form.DURATION) {
            long nanos = DurationText.parse(text).toNanos();
            if (nanos < least) {
                throw new IllegalArgumentException(key + "=" + text + " must be longer than 0");
            }
            return nanos;
        }
        long value;
        try {
            value = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + "=" + text + " is not a whole number", e);
        }
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + "=" + text + " is not within " + least + " and " + most);
        }
        return value;
    }
}
