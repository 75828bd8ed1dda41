package aifactory.workload.document;

/**
 * A text that can be looked at so many times only: a regular expression that tries ever more ways to match a text of a
 * server would otherwise take hours. Not thread-safe.
 */
final class StepLimitedText implements CharSequence {
    /** Enough for every expression that takes time in proportion to a long text; a fraction of a second. */
    static final long MOST_STEPS = 20_000_000;

    private final CharSequence text;
    private final long[] stepsLeft;

    /** The text was looked at too often. */
    static final class TooManyStepsException extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooManyStepsException() {
            super("a regular expression took more than " + MOST_STEPS + " steps");
        }
    }

    StepLimitedText(CharSequence text) {
        this(text, new long[] {MOST_STEPS});
    }

    private StepLimitedText(CharSequence text, long[] stepsLeft) {
        this.text = text;
        this.stepsLeft = stepsLeft;
    }

    @Override
    public char charAt(int index) {
        if (--stepsLeft[0] < 0) {
            throw new TooManyStepsException();
        }
        return text.charAt(index);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return new StepLimitedText(text.subSequence(start, end), stepsLeft);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
