package aifactory.commandline.reference;

import java.util.Collections;
import java.util.List;

/** A table in Markdown, row by row. */
final class MarkdownTable {
    private final StringBuilder text = new StringBuilder();

    MarkdownTable(String... columns) {
        row(columns);
        row(Collections.nCopies(columns.length, "---").toArray(String[]::new));
    }

    MarkdownTable row(String... cells) {
        List<String> escaped =
                List.of(cells).stream().map(cell -> cell.replace("|", "\\|")).toList();
        text.append("| ").append(String.join(" | ", escaped)).append(" |\n");
        return this;
    }

    /** A name as it is typed. */
    static String code(String name) {
        return name.isEmpty() ? "" : "`" + name + "`";
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
