package aifactory.reporting.html;

import java.util.List;

/** A table with a caption, headed columns and headed rows. Stateless. */
final class DataTable {
    private DataTable() {}

    /**
     * Writes the table in a box that scrolls sideways where the window is narrow.
     *
     * @param id for charts that show the same figures, empty for none
     * @param columns the heads; the first is that of the row heads
     * @param rows each as long as the columns
     */
    static void write(Html html, String id, String caption, List<String> columns, List<List<String>> rows) {
        html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", caption);
        if (id.isEmpty()) {
            html.open("table");
        } else {
            html.open("table", "id", id);
        }
        html.element("caption", caption);
        html.open("thead").open("tr");
        columns.forEach(column -> html.element("th", column, "scope", "col"));
        html.close().close().open("tbody").line();
        for (List<String> row : rows) {
            html.open("tr").element("th", row.getFirst(), "scope", "row");
            row.stream().skip(1).forEach(cell -> html.element("td", cell));
            html.close().line();
        }
        html.close().close().close().line();
    }

    /** Writes the table behind charts, folded away until someone asks for it. */
    static void writeFolded(
            Html html, String id, String summary, String caption, List<String> columns, List<List<String>> rows) {
        html.open("details", "class", "behind").element("summary", summary);
        write(html, id, caption, columns, rows);
        html.close().line();
    }
}
