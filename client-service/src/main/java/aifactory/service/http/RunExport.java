package aifactory.service.http;

import aifactory.measurement.RequestRecord;
import aifactory.protocol.RunResult;
import aifactory.reporting.RequestRecordSource;
import aifactory.reporting.RunFormat;
import aifactory.reporting.export.AiperfSummaryExport;
import aifactory.reporting.export.SummaryCsv;
import aifactory.reporting.export.VllmExport;
import aifactory.reporting.records.RecordStatistics;
import aifactory.reporting.records.RequestRecordWriter;
import aifactory.service.RequestRefusedException;
import io.javalin.http.Context;
import java.io.IOException;

/** Answers with a run in the form of another tool. Stateless. */
final class RunExport {
    private RunExport() {}

    /** Writes the run to the answer in the format of that name. */
    static void answer(Context context, String format, RunResult result, RequestRecordSource records)
            throws IOException {
        switch (format) {
            case "vllm" -> json(context, VllmExport.of(result, null));
            case "aiperf" -> {
                RecordStatistics statistics = new RecordStatistics();
                try (RequestRecordSource.Pass pass = records.open()) {
                    for (RequestRecord record = pass.next(); record != null; record = pass.next()) {
                        statistics.add(record);
                    }
                }
                json(context, AiperfSummaryExport.of(result, statistics));
            }
            case "csv" -> context.contentType("text/csv; charset=utf-8").result(SummaryCsv.of(result.summary()));
            case "jsonl" -> lines(context, records);
            default ->
                throw RequestRefusedException.notFound(
                        "there is no export of that name: vllm, aiperf, csv and jsonl are served");
        }
    }

    private static void json(Context context, Object value) {
        context.contentType("application/json")
                .result(RunFormat.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(value));
    }

    /** The request records, one JSON object a line. */
    static void lines(Context context, RequestRecordSource records) throws IOException {
        context.contentType("application/x-ndjson");
        try (RequestRecordWriter lines = RequestRecordWriter.plain(context.outputStream());
                RequestRecordSource.Pass pass = records.open()) {
            for (RequestRecord record = pass.next(); record != null; record = pass.next()) {
                lines.write(record);
            }
        }
    }
}
