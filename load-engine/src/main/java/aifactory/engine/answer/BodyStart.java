package aifactory.engine.answer;

/** What a body is, by how it begins. */
enum BodyStart {
    /** Not enough bytes to decide. */
    UNKNOWN,
    /** Server-sent events. */
    EVENTS,
    /** An object or a list in JSON, perhaps. */
    JSON,
    /** HTML or XML. */
    PAGE,
    OTHER;

    private static final String[] FIELDS = {"data", "event", "error", "retry", "id"};

    /**
     * Looks at the beginning of a body.
     *
     * @param complete whether nothing more comes
     */
    static BodyStart of(byte[] bytes, int length, boolean complete) {
        int from = from(bytes, length);
        if (from == length) {
            return complete ? OTHER : UNKNOWN;
        }
        return switch (bytes[from]) {
            case '{', '[' -> JSON;
            case '<' -> PAGE;
            case ':' -> EVENTS;
            default -> field(bytes, from, length, complete);
        };
    }

    /** Whether it is compressed by Zstandard (RFC 8878), independent of its header. */
    static boolean isZstandard(byte[] bytes, int length) {
        return length >= 4
                && bytes[0] == 0x28
                && bytes[1] == (byte) 0xb5
                && bytes[2] == 0x2f
                && bytes[3] == (byte) 0xfd;
    }

    /** The first byte that says anything: behind a byte order mark, blanks and empty lines. */
    static int from(byte[] bytes, int length) {
        boolean marked = length >= 3 && bytes[0] == (byte) 0xef && bytes[1] == (byte) 0xbb && bytes[2] == (byte) 0xbf;
        int from = marked ? 3 : 0;
        if (!marked && length > 0 && length < 3 && bytes[0] == (byte) 0xef) {
            return length;
        }
        while (from < length && bytes[from] >= 0 && bytes[from] <= ' ') {
            from++;
        }
        return from;
    }

    private static BodyStart field(byte[] bytes, int from, int length, boolean complete) {
        for (String name : FIELDS) {
            int same = 0;
            while (same < name.length() && from + same < length && bytes[from + same] == name.charAt(same)) {
                same++;
            }
            if (from + same == length && !complete) {
                return UNKNOWN;
            }
            if (same == name.length() && (from + same == length || isEndOfName(bytes[from + same]))) {
                return EVENTS;
            }
        }
        return OTHER;
    }

    private static boolean isEndOfName(byte value) {
        return value == ':' || value == '\n' || value == '\r';
    }
}
