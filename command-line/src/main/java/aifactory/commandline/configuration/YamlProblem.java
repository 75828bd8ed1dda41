package aifactory.commandline.configuration;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/** The cause of a text that is not YAML, for the person who wrote it: the line, its text, and the remedy. Stateless. */
final class YamlProblem {
    private static final Pattern PLACE = Pattern.compile("in reader, line (\\d+), column \\d+");
    private static final Pattern STRANGE_CHARACTER =
            Pattern.compile("found character ('.') that cannot start any token");
    private static final int LONGEST_QUOTE = 60;

    private YamlProblem() {}

    /** {@code , line 3: ' osl: 3': the indentation does not match the lines above …}. */
    static String describe(JacksonException failure, String text) {
        String message = String.valueOf(failure.getOriginalMessage());
        int line = 0;
        // The parser names the start of the construct first and the place of the problem last.
        Matcher places = PLACE.matcher(message);
        while (places.find()) {
            line = Integer.parseInt(places.group(1));
        }
        if (line == 0) {
            line = failure.getLocation() == null ? 0 : failure.getLocation().getLineNr();
        }
        List<String> lines = text.lines().toList();
        String quoted = quote(lines, line);
        return (line > 0 ? ", line " + line : "") + ": " + (quoted.isEmpty() ? "" : quoted + ": ")
                + cause(message, lines, line);
    }

    private static String quote(List<String> lines, int line) {
        String text = line < 1 || line > lines.size() ? "" : lines.get(line - 1).stripTrailing();
        String cut = text.length() > LONGEST_QUOTE ? text.substring(0, LONGEST_QUOTE) + "…" : text;
        return cut.isBlank() ? "" : "'" + cut.replace("\t", "\\t") + "'";
    }

    private static String cause(String message, List<String> lines, int line) {
        List<String> statements = message.lines()
                .filter(part -> !part.isBlank() && !part.startsWith(" "))
                .map(String::strip)
                .toList();
        String problem = statements.isEmpty() ? "not YAML" : statements.getLast();
        String context = statements.size() < 2 ? "" : statements.getFirst();
        if (problem.contains("\\t(TAB)") || problem.contains("'\t'")) {
            return "a tab cannot indent a line: use spaces";
        }
        if (problem.startsWith("mapping values are not allowed")) {
            return misplacedKey(lines, line);
        }
        if (problem.startsWith("expected <block end>")) {
            return "the indentation does not match the lines above: keys of one mapping, and entries of one list,"
                    + " start in the same column";
        }
        if (problem.startsWith("could not find expected ':'")) {
            return "a key without a value: write 'key: value', with a space after the colon";
        }
        if (problem.contains("duplicate key") || problem.startsWith("Duplicate ")) {
            return problem.replaceFirst("^Duplicate Object property", "duplicate key");
        }
        if (problem.contains("unexpected end of stream")) {
            return "a quotation mark is not closed";
        }
        if (context.contains("flow mapping")) {
            return "'{' is not closed: expected ',' or '}'";
        }
        if (context.contains("flow sequence")) {
            return "'[' is not closed: expected ',' or ']'";
        }
        Matcher character = STRANGE_CHARACTER.matcher(problem);
        return character.find() ? "a value that starts with " + character.group(1) + " needs quotes" : problem;
    }

    /** A colon where no key can be. */
    private static String misplacedKey(List<String> lines, int line) {
        String here = line < 1 || line > lines.size() ? "" : lines.get(line - 1);
        String above = "";
        for (int i = Math.min(line, lines.size()) - 2; i >= 0 && above.isBlank(); i--) {
            above = lines.get(i);
        }
        if (here.indexOf(": ") != here.lastIndexOf(": ")) {
            return "a value that contains ': ' needs quotes";
        }
        if (!above.isBlank() && !above.stripTrailing().endsWith(":") && !above.contains(": ")) {
            return "the line above is not a key with a value: write 'key: value', with a space after the colon";
        }
        return "the line is indented deeper than the key above it, which already has a value";
    }
}
