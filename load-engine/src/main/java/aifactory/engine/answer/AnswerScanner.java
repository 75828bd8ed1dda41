package aifactory.engine.answer;

import aifactory.engine.http.AnswerFault;
import aifactory.measurement.FailureKind;
import org.jspecify.annotations.Nullable;

/**
 * Reads of one JSON answer or event just what is measured: whether it carries generated content and of which kind, usage, an
 * error, the end. One pass over the bytes, which also checks that they are JSON and UTF-8; nothing is allocated.
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
        FINISH_REASON,
        USAGE,
        PROMPT_TOKENS,
        COMPLETION_TOKENS,
        ERROR,
        OBJECT_KIND,
        EMBEDDINGS
    }

    private @Nullable KeptText kept;
    private byte[] bytes = new byte[0];
    private int end;

    boolean text;
    boolean reasoning;
    boolean toolCall;
    boolean embedding;
    boolean finished;
    boolean error;
    boolean usage;
    long promptTokens;
    long completionTokens;
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
     * @param keeper gets the inside of the strings that hold text, as they stand
     * @throws AnswerFault when the bytes are not one JSON object, or not UTF-8
     */
    void scan(byte[] source, int from, int to, KeptText keeper) throws AnswerFault {
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
        end = to;
        text = false;
        reasoning = false;
        toolCall = false;
        embedding = false;
        finished = false;
        error = false;
        usage = false;
        promptTokens = 0;
        completionTokens = 0;
        contentPieces = 0;
        unmeasuredPlaces = 0;
        int position = skipBlanks(from);
        if (position == end || bytes[position] != '{') {
            throw malformed("not a JSON object", from);
        }
        position = skipBlanks(object(position, Place.ROOT, 0));
        if (position != end) {
            throw malformed("something behind the JSON object", position);
        }
    }

    boolean hasContent() {
        return text || reasoning || toolCall || embedding;
    }

    private int value(int from, Place place, int depth) throws AnswerFault {
        if (from >= end) {
            throw malformed("JSON that ends too early", from);
        }
        return switch (bytes[from]) {
            case '{' -> {
                error |= place == Place.ERROR;
                yield object(from, place, depth + 1);
            }
            case '[' -> array(from, place, depth + 1);
            case '"' -> string(from, place);
            case 't' -> literal(from, "true");
            case 'f' -> literal(from, "false");
            case 'n' -> literal(from, "null");
            default -> number(from, place);
        };
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
        while (true) {
            if (position >= end || bytes[position] != '"') {
                throw malformed("no member name", position);
            }
            int keyEnd = stringEnd(position + 1);
            Place member = memberOf(place, position + 1, keyEnd);
            position = skipBlanks(keyEnd + 1);
            if (position >= end || bytes[position] != ':') {
                throw malformed("no colon behind a member name", position);
            }
            position = skipBlanks(value(skipBlanks(position + 1), member, depth));
            if (position < end && bytes[position] == ',') {
                position = skipBlanks(position + 1);
            } else if (position < end && bytes[position] == '}') {
                return position + 1;
            } else {
                throw malformed("an object without end", position);
            }
        }
    }

    private int array(int from, Place place, int depth) throws AnswerFault {
        if (depth > MAXIMUM_DEPTH) {
            throw malformed("JSON nested deeper than " + MAXIMUM_DEPTH, from);
        }
        int position = skipBlanks(from + 1);
        if (position < end && bytes[position] == ']') {
            return position + 1;
        }
        notEmpty(place);
        Place element = place == Place.CHOICES ? Place.CHOICE : Place.ELSEWHERE;
        while (true) {
            position = skipBlanks(value(position, element, depth));
            if (position < end && bytes[position] == ',') {
                position = skipBlanks(position + 1);
            } else if (position < end && bytes[position] == ']') {
                return position + 1;
            } else {
                throw malformed("an array without end", position);
            }
        }
    }

    private void notEmpty(Place place) {
        toolCall |= place == Place.TOOL_CALLS;
        embedding |= place == Place.EMBEDDINGS;
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
            case FINISH_REASON -> finished = true;
            case ERROR -> error = true;
            case OBJECT_KIND -> error |= equalsKey(from + 1, closing, "error");
            case ELSEWHERE -> unmeasured(from + 1, closing);
            case TOOL_CALLS, CHOICES, CHOICE, DELTA, USAGE, PROMPT_TOKENS, COMPLETION_TOKENS, EMBEDDINGS, ROOT -> {
                // A string here is not what is expected, and says nothing that is measured.
            }
        }
        return closing + 1;
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
            case ELSEWHERE,
                    CHOICES,
                    TEXT,
                    REASONING,
                    TOOL_CALLS,
                    FINISH_REASON,
                    PROMPT_TOKENS,
                    COMPLETION_TOKENS,
                    ERROR,
                    OBJECT_KIND,
                    EMBEDDINGS -> Place.ELSEWHERE;
        };
    }

    private Place rootMember(int from, int to) {
        return switch (to - from) {
            case 4 -> equalsKey(from, to, "data") ? Place.EMBEDDINGS : Place.ELSEWHERE;
            case 5 -> {
                if (equalsKey(from, to, "usage")) {
                    yield Place.USAGE;
                }
                yield equalsKey(from, to, "error") ? Place.ERROR : Place.ELSEWHERE;
            }
            case 6 -> equalsKey(from, to, "object") ? Place.OBJECT_KIND : Place.ELSEWHERE;
            case 7 -> equalsKey(from, to, "choices") ? Place.CHOICES : Place.ELSEWHERE;
            default -> Place.ELSEWHERE;
        };
    }

    private Place choiceMember(int from, int to) {
        return switch (to - from) {
            case 4 -> equalsKey(from, to, "text") ? Place.TEXT : Place.ELSEWHERE;
            case 5 -> equalsKey(from, to, "delta") ? Place.DELTA : Place.ELSEWHERE;
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
            case 9 -> equalsKey(from, to, "reasoning") ? Place.REASONING : Place.ELSEWHERE;
            case 10 -> equalsKey(from, to, "tool_calls") ? Place.TOOL_CALLS : Place.ELSEWHERE;
            case 17 -> equalsKey(from, to, "reasoning_content") ? Place.REASONING : Place.ELSEWHERE;
            default -> Place.ELSEWHERE;
        };
    }

    private Place usageMember(int from, int to) {
        return switch (to - from) {
            case 13 -> equalsKey(from, to, "prompt_tokens") ? Place.PROMPT_TOKENS : Place.ELSEWHERE;
            case 17 -> equalsKey(from, to, "completion_tokens") ? Place.COMPLETION_TOKENS : Place.ELSEWHERE;
            default -> Place.ELSEWHERE;
        };
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
            whole = Math.min(whole * 10 + (bytes[position] - '0'), Integer.MAX_VALUE);
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
        if (!negative) {
            if (place == Place.PROMPT_TOKENS) {
                promptTokens = whole;
            } else if (place == Place.COMPLETION_TOKENS) {
                completionTokens = whole;
            }
        }
        return position;
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
        return new AnswerFault(FailureKind.MALFORMED_EVENT, what + " at byte " + Math.max(0, position));
    }
}
