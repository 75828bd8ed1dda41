package aifactory.slurm.job;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Follows the text of a shell script and knows what the next character would be part of. */
final class TemplateContext {
    /** Where a value can stand. */
    enum Place {
        BARE,
        DOUBLE_QUOTES,
        SINGLE_QUOTES,
        COMMENT,
        DIRECTIVE,
        DIRECTIVE_QUOTES,
        HERE_DOCUMENT
    }

    private static final String DIRECTIVE = "#SBATCH";
    private static final Pattern HERE = Pattern.compile("<<-?\\s*(['\"]?)([A-Za-z_][A-Za-z0-9_]*)\\1");

    private final StringBuilder line = new StringBuilder();
    private char quote;
    private boolean escaped;
    private boolean comment;
    private boolean directive;
    private @Nullable String hereEnd;
    private boolean inHere;

    void read(String text) {
        for (int i = 0; i < text.length(); i++) {
            read(text.charAt(i));
        }
    }

    private void read(char c) {
        if (c == '\n') {
            endLine();
            return;
        }
        char before = line.isEmpty() ? ' ' : line.charAt(line.length() - 1);
        line.append(c);
        if (inHere) {
            return;
        }
        if (directive) {
            readDirective(c);
        } else if (comment) {
            // Every directive begins as a comment.
            directive = line.length() == DIRECTIVE.length() && line.toString().equals(DIRECTIVE);
            comment = !directive;
        } else if (escaped) {
            escaped = false;
        } else if (c == '\\' && quote != '\'') {
            escaped = true;
        } else if (quote != 0) {
            quote = c == quote ? 0 : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '#') {
            comment = " \t;&|()".indexOf(before) >= 0;
        }
    }

    private void readDirective(char c) {
        if (comment) {
            return;
        }
        if (escaped) {
            escaped = false;
        } else if (c == '\\') {
            escaped = true;
        } else if (quote != 0) {
            quote = c == quote ? 0 : quote;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '#') {
            comment = true;
        }
    }

    private void endLine() {
        String ended = line.toString();
        line.setLength(0);
        escaped = false;
        comment = false;
        if (directive) {
            directive = false;
            quote = 0;
        }
        if (inHere) {
            if (ended.strip().equals(hereEnd)) {
                inHere = false;
                hereEnd = null;
            }
            return;
        }
        if (quote == 0 && !isComment(ended)) {
            Matcher matcher = HERE.matcher(ended);
            if (matcher.find() && !(matcher.start() > 0 && ended.charAt(matcher.start() - 1) == '<')) {
                hereEnd = matcher.group(2);
                inHere = true;
            }
        }
    }

    private static boolean isComment(String text) {
        return text.stripLeading().startsWith("#");
    }

    boolean atLineStart() {
        return line.isEmpty() && quote == 0 && !inHere;
    }

    Place place() {
        if (inHere) {
            return Place.HERE_DOCUMENT;
        }
        if (directive) {
            return comment ? Place.COMMENT : quote != 0 ? Place.DIRECTIVE_QUOTES : Place.DIRECTIVE;
        }
        if (comment) {
            return Place.COMMENT;
        }
        return switch (quote) {
            case '"' -> Place.DOUBLE_QUOTES;
            case '\'' -> Place.SINGLE_QUOTES;
            default -> Place.BARE;
        };
    }
}
