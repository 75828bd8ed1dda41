package aifactory.engine.answer;

import aifactory.engine.http.AnswerFault;
import aifactory.measurement.FailureKind;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads of one JSON answer or event just what is measured: whether it carries generated content and of which kind,
 * usage, an error, the end. One pass over the bytes, which also checks that they are JSON and UTF-8; nothing is
 * allocated.
 *
 * <p>Knows the answers of chat completions, completions and embeddings as OpenAI, vLLM, SGLang and llama.cpp give them.
 *
 * <p>Not thread-safe: belongs to one connection and its event loop.
 */
public final class AnswerScanner {
    private static final int MAXIMUM_DEPTH = 64;
    /** Unmeasured places that are kept; an event with more has too little in common with the next. */
    static final int MOST_PLACES = 16;

    /** What is known of the value that is being read. */
    private enum Place {
        ELSEWHERE,
        ROOT,
        CHOICES,
        CHOICE,
        DELTA,
        TEXT,
        REASONING,
        TOOL_CALLS,
        CHOICE_INDEX,
        FINISH_REASON,
        USAGE,
        PROMPT_TOKENS,
        COMPLETION_TOKENS,
        ERROR,
        OBJECT_KIND,
        EMBEDDINGS,
        EMBEDDED,
        VECTOR
    }

    /** A token count that is absent or invalid. */
    static final long NO_COUNT = -1;
    /** Beyond it nothing is a number of tokens: no model has a context of that length. */
    static final long MOST_TOKENS = 100_000_000;
    /** Choices are distinguished up to this index; those beyond count as one. */
    private static final int LAST_CHOICE = 63;

    private static final int MOST_FINISHES = 16;
    /** Characters of a count that has a fraction or an exponent. */
    private static final int LONGEST_COUNT = 40;

    private @Nullable KeptText kept;
    private byte[] bytes = new byte[0];
    private int begin;
    private int end;

    boolean text;
    boolean reasoning;
    boolean toolCall;
    boolean embedding;
    /** Whether there is a list of choices, empty or not. */
    boolean choices;
    /** Whether it may report an error: then a complete parser has to examine it. */
    boolean errorSuspected;

    boolean usage;
    /** {@link #NO_COUNT} if absent. */
    long promptTokens;
    /** {@link #NO_COUNT} if absent. */
    long completionTokens;
    /** The choices that there are, by their numbers, a bit each. */
    long choiceBits;
    /** How many finish reasons there are, up to {@link #MOST_FINISHES}: where they lie, and of which choices. */
    int finishes;

    final int[] finishFrom = new int[MOST_FINISHES];
    final int[] finishTo = new int[MOST_FINISHES];
    final long[] finishBit = new long[MOST_FINISHES];
    private int choicePosition;
    private int choiceIndex;
    private int firstFinishOfChoice;
    /** Where the text lies, when there is exactly one piece of text or reasoning: the first byte inside its quotes. */
    int contentFrom;
    /** The place of the closing quote of that piece. */
    int contentTo;

    int contentPieces;
    /** Strings, inside their quotes, and whole numbers that mean nothing to what is measured. */
    final int[] unmeasuredFrom = new int[MOST_PLACES];

    final int[] unmeasuredTo = new int[MOST_PLACES];
    /** How many there are; more than {@link #MOST_PLACES} when not all were kept. */
    int unmeasuredPlaces;

    /**
     * Reads one JSON object as {@link #scan(byte[], int, int)} does, and appends its text to what is given.
     *
     * @param keeper receives the raw content of the strings with text; may be null
     * @throws AnswerFault when the bytes are not one JSON object, or not UTF-8
     */
    void scan(byte[] source, int from, int to, @Nullable KeptText keeper) throws AnswerFault {
        kept = keeper;
        try {
            scan(source, from, to);
        } finally {
            kept = null;
        }
    }

    /**
     * Reads one JSON object.
     *
     * @throws AnswerFault when the bytes are not one JSON object, or not UTF-8
     */
    void scan(byte[] source, int from, int to) throws AnswerFault {
        bytes = source;
        begin = from;
        end = to;
        text = false;
        reasoning = false;
        toolCall = false;
        embedding = false;
        choices = false;
        errorSuspected = false;
        usage = false;
        promptTokens = NO_COUNT;
        completionTokens = NO_COUNT;
        choiceBits = 0;
        finishes = 0;
        choicePosition = 0;
        contentPieces = 0;
        unmeasuredPlaces = 0;
        int position = skipBlanks(from);
        if (position == end || bytes[position] != '{') {
            throw malformed("not a JSON object", from);
        }
        position = skipBlanks(object(position, Place.ROOT, 0));
        if (position != end) {
            throw malformed("trailing data after the JSON object", position);
        }
    }

    /** Whether there is content that a model generated. */
    boolean hasGenerated() {
        return text || reasoning || toolCall;
    }

    private int value(int from, Place place, int depth) throws AnswerFault {
        if (from >= end) {
            throw malformed("truncated JSON", from);
        }
        return switch (bytes[from]) {
            case '{' -> place == Place.CHOICE ? choice(from, depth + 1) : object(from, place, depth + 1);
            case '[' -> array(from, place, depth + 1);
            case '"' -> string(from, place);
            case 't' -> {
                errorSuspected |= place == Place.ERROR;
                yield literal(from, "true");
            }
            case 'f' -> literal(from, "false");
            case 'n' -> literal(from, "null");
            default -> number(from, place);
        };
    }

    private int choice(int from, int depth) throws AnswerFault {
        choiceIndex = choicePosition;
        choicePosition++;
        firstFinishOfChoice = finishes;
        int after = object(from, Place.CHOICE, depth);
        long bit = 1L << choiceIndex;
        choiceBits |= bit;
        for (int i = firstFinishOfChoice; i < finishes; i++) {
            finishBit[i] = bit;
        }
        return after;
    }

    private int object(int from, Place place, int depth) throws AnswerFault {
        if (depth > MAXIMUM_DEPTH) {
            throw malformed("JSON nested deeper than " + MAXIMUM_DEPTH, from);
        }
        int position = skipBlanks(from + 1);
        if (position < end && bytes[position] == '}') {
            return position + 1;
        }
        usage |= place == Place.USAGE;
        errorSuspected |= place == Place.ERROR;
        toolCall |= place == Place.TOOL_CALLS;
        embedding |= place == Place.VECTOR;
        while (true) {
            if (position >= end || bytes[position] != '"') {
                throw malformed("missing member name", position);
            }
            int keyEnd = stringEnd(position + 1);
            Place member = memberOf(place, position + 1, keyEnd);
            position = skipBlanks(keyEnd + 1);
            if (position >= end || bytes[position] != ':') {
                throw malformed("missing colon after a member name", position);
            }
            position = skipBlanks(value(skipBlanks(position + 1), member, depth));
            if (position < end && bytes[position] == ',') {
                position = skipBlanks(position + 1);
            } else if (position < end && bytes[position] == '}') {
                return position + 1;
            } else {
                throw malformed("an unterminated object", position);
            }
        }
    }

    private int array(int from, Place place, int depth) throws AnswerFault {
        if (depth > MAXIMUM_DEPTH) {
            throw malformed("JSON nested deeper than " + MAXIMUM_DEPTH, from);
        }
        choices |= place == Place.CHOICES;
        int position = skipBlanks(from + 1);
        if (position < end && bytes[position] == ']') {
            return position + 1;
        }
        notEmpty(place);
        Place element = switch (place) {
            case CHOICES -> Place.CHOICE;
            case EMBEDDINGS -> Place.EMBEDDED;
            default -> Place.ELSEWHERE;
        };
        while (true) {
            position = skipBlanks(value(position, element, depth));
            if (position < end && bytes[position] == ',') {
                position = skipBlanks(position + 1);
            } else if (position < end && bytes[position] == ']') {
                return position + 1;
            } else {
                throw malformed("an unterminated array", position);
            }
        }
    }

    private void notEmpty(Place place) {
        toolCall |= place == Place.TOOL_CALLS;
        embedding |= place == Place.VECTOR;
        errorSuspected |= place == Place.ERROR;
        // Content may come as a list of parts; it is then content that no template is made of.
        if (place == Place.TEXT) {
            text = true;
            contentPieces += 2;
        }
    }

    private int string(int from, Place place) throws AnswerFault {
        int closing = stringEnd(from + 1);
        boolean empty = closing == from + 1;
        switch (place) {
            case TEXT -> {
                text |= !empty;
                if (kept != null) {
                    kept.said.append(bytes, from + 1, closing - from - 1);
                }
                piece(from + 1, closing);
            }
            case REASONING -> {
                reasoning |= !empty;
                if (kept != null) {
                    kept.reasoning.append(bytes, from + 1, closing - from - 1);
                }
                piece(from + 1, closing);
            }
            case FINISH_REASON -> finish(from + 1, closing);
            case ERROR -> errorSuspected |= !empty;
            case VECTOR -> embedding |= !empty;
            case OBJECT_KIND -> errorSuspected |= equalsKey(from + 1, closing, "error");
            case ELSEWHERE -> unmeasured(from + 1, closing);
            case TOOL_CALLS,
                    CHOICES,
                    CHOICE,
                    CHOICE_INDEX,
                    DELTA,
                    USAGE,
                    PROMPT_TOKENS,
                    COMPLETION_TOKENS,
                    EMBEDDINGS,
                    EMBEDDED,
                    ROOT -> {
                // A string here is not what is expected, and says nothing that is measured.
            }
        }
        return closing + 1;
    }

    /** Some servers say in every event that there is no reason yet: by an empty string, or by the word for nothing. */
    private void finish(int from, int to) {
        boolean none = to == from || equalsKey(from, to, "null") || equalsKey(from, to, "None");
        if (!none && finishes < MOST_FINISHES) {
            finishFrom[finishes] = from;
            finishTo[finishes] = to;
            finishBit[finishes] = 1;
            finishes++;
        }
    }

    private void unmeasured(int from, int to) {
        if (unmeasuredPlaces < MOST_PLACES) {
            unmeasuredFrom[unmeasuredPlaces] = from;
            unmeasuredTo[unmeasuredPlaces] = to;
        }
        unmeasuredPlaces++;
    }

    private void piece(int from, int closing) {
        if (closing > from) {
            contentPieces++;
            contentFrom = from;
            contentTo = closing;
        }
    }

    private Place memberOf(Place place, int from, int to) {
        return switch (place) {
            case ROOT -> rootMember(from, to);
            case CHOICE -> choiceMember(from, to);
            case DELTA -> deltaMember(from, to);
            case USAGE -> usageMember(from, to);
            case EMBEDDED -> equalsKey(from, to, "embedding") ? Place.VECTOR : Place.ELSEWHERE;
            case FINISH_REASON -> equalsKey(from, to, "type") ? Place.FINISH_REASON : Place.ELSEWHERE;
            case ELSEWHERE,
                    CHOICES,
                    TEXT,
                    REASONING,
                    TOOL_CALLS,
                    CHOICE_INDEX,
                    PROMPT_TOKENS,
                    COMPLETION_TOKENS,
                    ERROR,
                    OBJECT_KIND,
                    EMBEDDINGS,
                    VECTOR -> Place.ELSEWHERE;
        };
    }

    private Place rootMember(int from, int to) {
        return switch (to - from) {
            case 4 -> {
                if (equalsKey(from, to, "type")) {
                    yield Place.OBJECT_KIND;
                }
                yield equalsKey(from, to, "data") ? Place.EMBEDDINGS : Place.ELSEWHERE;
            }
            case 5 -> {
                if (equalsKey(from, to, "usage")) {
                    yield Place.USAGE;
                }
                yield isErrorName(from) ? Place.ERROR : Place.ELSEWHERE;
            }
            case 6 -> equalsKey(from, to, "object") ? Place.OBJECT_KIND : Place.ELSEWHERE;
            case 7 -> equalsKey(from, to, "choices") ? Place.CHOICES : Place.ELSEWHERE;
            default -> Place.ELSEWHERE;
        };
    }

    private Place choiceMember(int from, int to) {
        return switch (to - from) {
            case 4 -> equalsKey(from, to, "text") ? Place.TEXT : Place.ELSEWHERE;
            case 5 -> {
                if (equalsKey(from, to, "delta")) {
                    yield Place.DELTA;
                }
                if (equalsKey(from, to, "index")) {
                    yield Place.CHOICE_INDEX;
                }
                if (equalsKey(from, to, "usage")) {
                    yield Place.USAGE;
                }
                yield equalsKey(from, to, "error") ? Place.ERROR : Place.ELSEWHERE;
            }
            case 7 -> equalsKey(from, to, "message") ? Place.DELTA : Place.ELSEWHERE;
            case 13 -> equalsKey(from, to, "finish_reason") ? Place.FINISH_REASON : Place.ELSEWHERE;
            default -> Place.ELSEWHERE;
        };
    }

    private Place deltaMember(int from, int to) {
        return switch (to - from) {
            case 7 -> {
                boolean generated = equalsKey(from, to, "content") || equalsKey(from, to, "refusal");
                yield generated ? Place.TEXT : Place.ELSEWHERE;
            }
            case 8 -> equalsKey(from, to, "thinking") ? Place.REASONING : Place.ELSEWHERE;
            case 9 -> equalsKey(from, to, "reasoning") ? Place.REASONING : Place.ELSEWHERE;
            case 10 -> equalsKey(from, to, "tool_calls") ? Place.TOOL_CALLS : Place.ELSEWHERE;
            case 13 -> equalsKey(from, to, "function_call") ? Place.TOOL_CALLS : Place.ELSEWHERE;
            case 17 -> equalsKey(from, to, "reasoning_content") ? Place.REASONING : Place.ELSEWHERE;
            default -> Place.ELSEWHERE;
        };
    }

    private Place usageMember(int from, int to) {
        return switch (to - from) {
            case 12 -> equalsKey(from, to, "input_tokens") ? Place.PROMPT_TOKENS : Place.ELSEWHERE;
            case 13 -> {
                if (equalsKey(from, to, "prompt_tokens")) {
                    yield Place.PROMPT_TOKENS;
                }
                yield equalsKey(from, to, "output_tokens") ? Place.COMPLETION_TOKENS : Place.ELSEWHERE;
            }
            case 17 -> equalsKey(from, to, "completion_tokens") ? Place.COMPLETION_TOKENS : Place.ELSEWHERE;
            default -> Place.ELSEWHERE;
        };
    }

    /** Whether five bytes are the word, in any case of letters. */
    private boolean isErrorName(int from) {
        return (bytes[from] | 0x20) == 'e'
                && (bytes[from + 1] | 0x20) == 'r'
                && (bytes[from + 2] | 0x20) == 'r'
                && (bytes[from + 3] | 0x20) == 'o'
                && (bytes[from + 4] | 0x20) == 'r';
    }

    private boolean equalsKey(int from, int to, String key) {
        if (to - from != key.length()) {
            return false;
        }
        for (int i = 0; i < key.length(); i++) {
            if (bytes[from + i] != key.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int number(int from, Place place) throws AnswerFault {
        int position = from;
        boolean negative = bytes[position] == '-';
        if (negative) {
            position++;
        }
        int digitsFrom = position;
        long whole = 0;
        while (position < end && isDigit(bytes[position])) {
            whole = Math.min(whole * 10 + (bytes[position] - '0'), Long.MAX_VALUE / 100);
            position++;
        }
        boolean leadingZero = position - digitsFrom > 1 && bytes[digitsFrom] == '0';
        if (position == digitsFrom || leadingZero) {
            throw malformed("neither a value nor a number", from);
        }
        int wholeEnd = position;
        position = fractionAndExponent(position);
        if (place == Place.ELSEWHERE && !negative && position == wholeEnd) {
            unmeasured(from, position);
        }
        if (place == Place.PROMPT_TOKENS || place == Place.COMPLETION_TOKENS) {
            count(place, isZeroFraction(wholeEnd, position) ? whole : wholeOf(from, position), negative);
        } else if (place != Place.ELSEWHERE) {
            number(place, whole, from, position);
        }
        return position;
    }

    private void count(Place place, long number, boolean negative) {
        long count = !negative && number <= MOST_TOKENS ? number : NO_COUNT;
        if (place == Place.PROMPT_TOKENS) {
            promptTokens = Math.max(promptTokens, count);
        } else {
            completionTokens = Math.max(completionTokens, count);
        }
    }

    /** Of a number with a fraction or an exponent; {@link #NO_COUNT} when it is not whole. */
    private long wholeOf(int from, int to) {
        if (to - from > LONGEST_COUNT) {
            return NO_COUNT;
        }
        double value = Double.parseDouble(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
        return value == Math.rint(value) && value <= MOST_TOKENS ? (long) value : NO_COUNT;
    }

    /**
     * Takes a number where it means something.
     *
     * @param whole what is before the point, less its sign
     */
    private void number(Place place, long whole, int from, int to) {
        boolean negative = bytes[from] == '-';
        switch (place) {
            case CHOICE_INDEX -> choiceIndex = negative ? LAST_CHOICE : (int) Math.min(whole, LAST_CHOICE);
            case ERROR -> errorSuspected |= !isZero(from, to);
            case FINISH_REASON -> {
                if (!isZero(from, to)) {
                    finish(from, to);
                }
            }
            case ELSEWHERE,
                    ROOT,
                    CHOICES,
                    CHOICE,
                    DELTA,
                    TEXT,
                    REASONING,
                    TOOL_CALLS,
                    USAGE,
                    PROMPT_TOKENS,
                    COMPLETION_TOKENS,
                    OBJECT_KIND,
                    EMBEDDINGS,
                    EMBEDDED,
                    VECTOR -> {
                // A number here means nothing to what is measured.
            }
        }
    }

    /** Whether there is nothing, or a point and nothing but zeros. */
    private boolean isZeroFraction(int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != (i == from ? '.' : '0')) {
                return false;
            }
        }
        return true;
    }

    /** Whether a number is 0, however it is written. */
    private boolean isZero(int from, int to) {
        for (int i = from; i < to && (bytes[i] | 0x20) != 'e'; i++) {
            if (bytes[i] >= '1' && bytes[i] <= '9') {
                return false;
            }
        }
        return true;
    }

    private int fractionAndExponent(int from) throws AnswerFault {
        int position = from;
        if (position < end && bytes[position] == '.') {
            position = digits(position + 1);
        }
        if (position < end && (bytes[position] | 0x20) == 'e') {
            position++;
            if (position < end && (bytes[position] == '+' || bytes[position] == '-')) {
                position++;
            }
            position = digits(position);
        }
        return position;
    }

    private int digits(int from) throws AnswerFault {
        int position = from;
        while (position < end && isDigit(bytes[position])) {
            position++;
        }
        if (position == from) {
            throw malformed("a number without digits", from);
        }
        return position;
    }

    private int literal(int from, String expected) throws AnswerFault {
        if (end - from < expected.length() || !equalsKey(from, from + expected.length(), expected)) {
            throw malformed("neither a value nor a number", from);
        }
        return from + expected.length();
    }

    private int stringEnd(int from) throws AnswerFault {
        return JsonStrings.closingQuote(bytes, from, end);
    }

    private int skipBlanks(int from) {
        int position = from;
        while (position < end && bytes[position] <= ' ' && isBlank(bytes[position])) {
            position++;
        }
        return position;
    }

    private static boolean isBlank(byte value) {
        return value == ' ' || value == '\n' || value == '\r' || value == '\t';
    }

    private static boolean isDigit(byte value) {
        return value >= '0' && value <= '9';
    }

    private AnswerFault malformed(String what, int position) {
        return new AnswerFault(FailureKind.MALFORMED_EVENT, what + " at byte " + Math.max(0, position - begin));
    }
}
