package aifactory.service.http;

import aifactory.measurement.RequestRecord;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunSummary;
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
import java.util.Set;

/** Answers with a run in the form of another tool. Stateless. */
final class RunExport {
    private static final Set<String> FORMATS = Set.of("vllm", "aiperf", "csv", "jsonl");

    private RunExport() {}

    /** Writes the run to the answer in the format of that name. */
    static void answer(Context context, String format, RunResult result, RequestRecordSource records)
            throws IOException {
        if (!FORMATS.contains(format)) {
            throw RequestRefusedException.notFound(
                    "there is no export of that name: vllm, aiperf, csv and jsonl are served");
        }
        context.header("Content-Disposition", "inline; filename=\"" + fileName(result.summary(), format) + "\"");
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
            default -> lines(context, records);
        }
    }

    /** With the group, the job and the kind, so that files of several runs can be kept in one directory. */
    static String fileName(RunSummary summary, String format) {
        RunSummary.Slurm slurm = summary.provenance().slurm();
        String name = "group-" + summary.benchmarkId() + (slurm == null ? "" : "_job-" + slurm.jobId()) + "_run-"
                + summary.runId()
                + switch (format) {
                    case "csv" -> "_summary.csv";
                    case "jsonl" -> "_requests.jsonl";
                    default -> "_" + format + ".json";
                };
        return name.replaceAll("[^A-Za-z0-9._-]", "-");
    }

    private static void json(Context context, Object value) {
        context.contentType("application/json")
                .result(RunFormat.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(value));
    }

    /** The request records, one JSON object a line. */
    static void lines(Context context, RequestRecordSource records) throws IOException {
        context.contentType("application/x-ndjson");
        if (context.protocol().equals("HTTP/1.1")) {
            // To a client that asks for the end of the connection, the server would mark the end of the records by it
            // alone: the records of a service that is killed meanwhile would look complete.
            context.header("Transfer-Encoding", "chunked");
        }
        try (RequestRecordWriter lines = RequestRecordWriter.plain(context.outputStream());
                RequestRecordSource.Pass pass = records.open()) {
            for (RequestRecord record = pass.next(); record != null; record = pass.next()) {
                lines.write(record);
            }
        }
    }
}
