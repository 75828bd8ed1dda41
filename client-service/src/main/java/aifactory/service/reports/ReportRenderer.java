package aifactory.service.reports;

import aifactory.protocol.RunResult;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Renders a run for people and for other tools. Thread-safe. */
public interface ReportRenderer {
    /** The formats of {@link #export}, in the order in which people should see them. */
    List<ExportFormat> formats();

    /** Writes one self-contained HTML page. */
    void html(RunResult result, RequestRecords records, OutputStream output) throws IOException;

    /**
     * Writes the run in that format.
     *
     * @param format the name of one of {@link #formats}
     */
    void export(String format, RunResult result, RequestRecords records, OutputStream output) throws IOException;

    /**
     * A format.
     *
     * @param name as it stands in the route
     * @param fileName the file that it is meant for
     */
    record ExportFormat(String name, String contentType, String fileName) {}
}
