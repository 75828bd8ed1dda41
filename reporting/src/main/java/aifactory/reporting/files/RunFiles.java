package aifactory.reporting.files;

import aifactory.measurement.RequestRecord;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunSummary;
import aifactory.reporting.RequestRecordSource;
import aifactory.reporting.RunFilesException;
import aifactory.reporting.RunFormat;
import aifactory.reporting.StoredRun;
import aifactory.reporting.TerminalText;
import aifactory.reporting.export.AiperfRecordWriter;
import aifactory.reporting.export.AiperfSummaryExport;
import aifactory.reporting.export.DetailedColumns;
import aifactory.reporting.export.SummaryCsv;
import aifactory.reporting.export.VllmExport;
import aifactory.reporting.html.RunReport;
import aifactory.reporting.records.FileProblem;
import aifactory.reporting.records.RecordStatistics;
import aifactory.reporting.records.RequestOverview;
import aifactory.reporting.records.RequestRecordFile;
import aifactory.reporting.records.RequestRecordWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The files of a run in one directory.
 *
 * <p>Everything is written under temporary names first and takes its own name when all is there, {@code summary.json}
 * last: a directory with a summary is complete, and after an error nothing of the attempt is left.
 */
public final class RunFiles {
    public static final String SUMMARY = "summary.json";
    public static final String REPORT = RunReport.FILE_NAME;
    public static final String RECORDS = "requests.jsonl.zst";
    public static final String RECORDS_PLAIN = "requests.jsonl";
    public static final String VLLM = "vllm.json";
    public static final String AIPERF_SUMMARY = "profile_export_aiperf.json";
    public static final String AIPERF_RECORDS = "profile_export.jsonl";
    public static final String CSV = "summary.csv";

    /** {@link RunSeries}; absent from the files of earlier versions. */
    public static final String SERIES = "series.json";

    /** The JSON Schema of {@link #SUMMARY}, a resource of this module. */
    public static final String SUMMARY_SCHEMA_RESOURCE = "/aifactory/reporting/summary.schema.json";

    /** The largest summary that is read: that of a thousand nodes is far smaller. */
    private static final long LARGEST_SUMMARY_BYTES = 64L << 20;

    /** Members that summaries of earlier versions are without; each may be null. */
    private static final List<String> LATER_MEMBERS = List.of(
            "/gpus",
            "/slo",
            "/servers",
            "/findings",
            "/ended_early",
            "/explanation",
            "/per_model",
            "/energy",
            "/requests/documents",
            "/requests/error_causes",
            "/requests/finish_reasons",
            "/requests/remarks",
            "/requests/skipped_events",
            "/tokens/output_counted",
            "/tokens/counted_source",
            "/tokens/usage_of_counted",
            "/tokens/counted_of_usage",
            "/tokens/usage_mismatches",
            "/tokens/unknown_requests",
            "/client_health/stamps");

    private static final List<String> LATER_METRIC_MEMBERS = List.of("/ci95", "/client_share");

    private RunFiles() {}

    /** Writes all files of the run; the directory is made where it is missing. */
    public static void write(Path directory, RunResult result, RequestRecordSource records) throws IOException {
        write(directory, result, records, false);
    }

    /**
     * Writes all files of the run; the directory is made where it is missing.
     *
     * @param detailed whether {@code vllm.json} also carries one array a figure over all requests
     * @throws RunFilesException when a file cannot be written; none is left behind then
     */
    public static void write(Path directory, RunResult result, RequestRecordSource records, boolean detailed)
            throws IOException {
        try (StagedFiles staged = StagedFiles.in(directory)) {
            RecordStatistics statistics = new RecordStatistics();
            DetailedColumns columns = detailed ? new DetailedColumns() : null;
            RequestOverview overview =
                    new RequestOverview(result.summary().provenance().seed());
            writeRecords(staged, result.summary(), records, statistics, overview, columns);
            writeText(staged, REPORT, RunReport.of(result, overview));
            writeText(staged, CSV, SummaryCsv.of(result.summary()));
            writeJson(staged, VLLM, VllmExport.of(result, columns));
            writeJson(staged, AIPERF_SUMMARY, AiperfSummaryExport.of(result, statistics));
            writeJson(staged, SERIES, RunSeries.of(result));
            for (Map.Entry<String, String> log : result.serverLogs().entrySet()) {
                writeText(staged, serverLogName(log.getKey()), log.getValue());
            }
            writeJson(staged, SUMMARY, result.summary());
            staged.publish();
        } catch (RunFilesException e) {
            throw e;
        } catch (IOException e) {
            throw new RunFilesException(
                    "cannot write the run's files to " + directory + ": " + FileProblem.of(e)
                            + "; give a directory that can be written, with enough room",
                    e);
        }
    }

    /** What a service names is not trusted to stay in the directory. */
    private static String serverLogName(String name) throws RunFilesException {
        if (!name.matches("server-[0-9]{1,6}(-[0-9]{1,6})?\\.log")) {
            throw new RunFilesException("'" + TerminalText.safe(name) + "' is no name of a server's log");
        }
        return name;
    }

    private static void writeRecords(
            StagedFiles staged,
            RunSummary summary,
            RequestRecordSource source,
            RecordStatistics statistics,
            RequestOverview overview,
            @Nullable DetailedColumns columns)
            throws IOException {
        try (RequestRecordWriter lines = RequestRecordWriter.compressed(staged.open(RECORDS));
                AiperfRecordWriter aiperf = new AiperfRecordWriter(staged.open(AIPERF_RECORDS), summary);
                RequestRecordSource.Pass pass = source.open()) {
            for (RequestRecord record = pass.next(); record != null; record = pass.next()) {
                lines.write(record);
                aiperf.write(record);
                statistics.add(record);
                overview.add(record);
                if (columns != null) {
                    columns.add(record);
                }
            }
        } catch (JacksonException e) {
            throw new RunFilesException(
                    "cannot write the request records to " + staged.directory() + ": "
                            + FileProblem.firstLine(e.getOriginalMessage()),
                    e);
        }
    }

    private static void writeText(StagedFiles staged, String name, String text) throws IOException {
        try (OutputStream stream = staged.open(name)) {
            stream.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void writeJson(StagedFiles staged, String name, Object value) throws IOException {
        try (OutputStream stream = staged.open(name)) {
            stream.write(RunFormat.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(value));
            stream.write('\n');
        }
    }

    /**
     * Reads a stored run.
     *
     * @param path the run's directory, or its {@code summary.json}
     * @throws RunFilesException when there is no run, naming the file and, where it is one, the line
     */
    public static StoredRun read(Path path) throws IOException {
        Path directory = isSummary(path) ? parentOf(path) : path;
        if (!Files.isDirectory(directory)) {
            throw new RunFilesException(
                    "cannot read " + directory + ": it is no directory; give one that holds a run's " + SUMMARY);
        }
        RunSummary summary = readSummary(directory.resolve(SUMMARY));
        return new StoredRun(directory, summary, recordsIn(directory));
    }

    private static boolean isSummary(Path path) {
        Path name = path.getFileName();
        return name != null && name.toString().equals(SUMMARY) && !Files.isDirectory(path);
    }

    private static Path parentOf(Path path) {
        Path parent = path.getParent();
        return parent == null ? Path.of("") : parent;
    }

    private static RequestRecordSource recordsIn(Path directory) {
        List<String> names = List.of(RECORDS, RECORDS_PLAIN);
        for (String name : names) {
            if (Files.exists(directory.resolve(name))) {
                return new RequestRecordFile(directory.resolve(name));
            }
        }
        return () -> {
            throw new RunFilesException("cannot read the request records: there is neither " + RECORDS + " nor "
                    + RECORDS_PLAIN + " in " + directory);
        };
    }

    /** Reads a {@code summary.json}. */
    public static RunSummary readSummary(Path file) throws IOException {
        byte[] bytes;
        try {
            if (Files.size(file) > LARGEST_SUMMARY_BYTES) {
                throw new RunFilesException(file + " is no summary of a run: it has " + Files.size(file) + " bytes");
            }
            bytes = Files.readAllBytes(file);
        } catch (RunFilesException e) {
            throw e;
        } catch (IOException e) {
            throw new RunFilesException("cannot read " + file + ": " + FileProblem.of(e), e);
        }
        try {
            JsonNode tree = RunFormat.mapper().readTree(bytes);
            String schema = tree.path("schema").asString("");
            if (!schema.equals(RunSummary.SCHEMA)) {
                throw new RunFilesException(file + " line 1: its schema is '" + schema + "', not '" + RunSummary.SCHEMA
                        + "': it is not the summary of a run that this version can read");
            }
            RunFormat.addMissing(tree, LATER_MEMBERS);
            for (JsonNode metric : tree.path("metrics")) {
                if (metric instanceof ObjectNode) {
                    RunFormat.addMissing(metric, LATER_METRIC_MEMBERS);
                }
            }
            return RunFormat.mapper().treeToValue(tree, RunSummary.class);
        } catch (JacksonException e) {
            TokenStreamLocation location = e.getLocation();
            String line = location == null ? "" : " line " + location.getLineNr();
            throw new RunFilesException(
                    file + line + " is cut off or not a run's summary (" + RunSummary.SCHEMA + "): "
                            + FileProblem.firstLine(e.getOriginalMessage()),
                    e);
        }
    }
}
