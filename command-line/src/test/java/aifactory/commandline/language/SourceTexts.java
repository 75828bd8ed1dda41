package aifactory.commandline.language;

/** Comments and string literals of source code in Java, JavaScript and C. Stateless. */
final class SourceTexts {
    private enum State {
        CODE,
        LINE_COMMENT,
        BLOCK_COMMENT,
        TEXT_BLOCK,
        LITERAL
    }

    private SourceTexts() {}

    static boolean isSource(String file) {
        return file.endsWith(".java") || file.endsWith(".js") || file.endsWith(".c") || file.endsWith(".css");
    }

    /** The text with blanks instead of code; every character of a comment or literal keeps its position. */
    static String withoutCode(String file, String text) {
        boolean isScript = file.endsWith(".js");
        StringBuilder kept = new StringBuilder(text.length());
        State state = State.CODE;
        char quote = '"';
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isKept = state != State.CODE;
            switch (state) {
                case CODE -> {
                    if (text.startsWith("//", i)) {
                        state = State.LINE_COMMENT;
                    } else if (text.startsWith("/*", i)) {
                        state = State.BLOCK_COMMENT;
                    } else if (text.startsWith("\"\"\"", i)) {
                        state = State.TEXT_BLOCK;
                        kept.append("\"\"");
                        i += 2;
                        isKept = true;
                    } else if (c == '"' || (isScript && (c == '\'' || c == '`'))) {
                        state = State.LITERAL;
                        quote = c;
                        isKept = true;
                    } else if (c == '\'' && i + 2 < text.length()) {
                        // A character literal may be a quotation mark.
                        int end = text.indexOf('\'', i + (text.charAt(i + 1) == '\\' ? 3 : 2));
                        int length = end < 0 || end - i > 8 ? 0 : end - i;
                        kept.append(" ".repeat(length));
                        i += length;
                    }
                }
                case LINE_COMMENT -> state = c == '\n' ? State.CODE : state;
                case BLOCK_COMMENT -> state = c == '/' && text.charAt(i - 1) == '*' ? State.CODE : state;
                case TEXT_BLOCK, LITERAL -> {
                    if (c == '\\' && i + 1 < text.length()) {
                        kept.append(c);
                        c = text.charAt(++i);
                    } else if (state == State.TEXT_BLOCK && text.startsWith("\"\"\"", i)) {
                        state = State.CODE;
                        kept.append("\"\"");
                        i += 2;
                    } else if (state == State.LITERAL && (c == quote || (c == '\n' && quote != '`'))) {
                        int joined = startOfJoined(text, i);
                        for (; i < joined; i++) {
                            kept.append(text.charAt(i) == '\n' ? '\n' : ' ');
                            c = ' ';
                        }
                        state = joined < 0 ? State.CODE : state;
                    }
                }
            }
            kept.append(isKept || c == '\n' ? c : ' ');
        }
        return kept.toString();
    }

    /** The quotation mark of the literal that is joined by a plus to the one that ends there; -1 without one. */
    private static int startOfJoined(String text, int end) {
        int plus = endOfBlanks(text, end + 1);
        if (text.charAt(end) != '"' || !text.startsWith("+", plus)) {
            return -1;
        }
        int next = endOfBlanks(text, plus + 1);
        return text.startsWith("\"", next) && !text.startsWith("\"\"\"", next) ? next : -1;
    }

    private static int endOfBlanks(String text, int start) {
        int end = start;
        while (end < text.length() && Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        return end;
    }
}
