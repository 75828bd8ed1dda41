package aifactory.reporting.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.measurement.RequestRecord;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunSummary;
import aifactory.reporting.RequestRecordSource;
import aifactory.reporting.ResultTable;
import aifactory.reporting.RunFilesException;
import aifactory.reporting.RunFormat;
import aifactory.reporting.SampleRun;
import aifactory.reporting.StoredRun;
import aifactory.reporting.records.RequestRecordFile;
import aifactory.reporting.records.RequestRecordWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class RunFilesTest {
    private static final List<String> NAMES = List.of(
            "summary.json",
            "report.html",
            "requests.jsonl.zst",
            "vllm.json",
            "profile_export_aiperf.json",
            "profile_export.jsonl",
            "summary.csv",
            "series.json");

    @TempDir
    Path temporary;

    private final SampleRun sample = new SampleRun();

    @Test
    void aRunIsReadBackAsItWasWritten() throws IOException {
        RunResult result = sample.result();
        Path directory = temporary.resolve("new/run");

        RunFiles.write(directory, result, RequestRecordSource.of(sample.records()));

        assertThat(namesIn(directory)).containsExactlyInAnyOrderElementsOf(NAMES);
        StoredRun stored = RunFiles.read(directory);
        assertThat(stored.summary()).isEqualTo(result.summary());
        assertThat(all(stored.records())).isEqualTo(sample.records()).isNotEmpty();
        assertThat(RunFiles.read(directory.resolve("summary.json")).summary()).isEqualTo(result.summary());
    }

    @Test
    void theSeriesContainsWhatTheChartsShow() throws IOException {
        RunResult result = sample.result();

        RunFiles.write(temporary, result, RequestRecordSource.of(sample.records()));

        JsonNode series = RunFormat.mapper().readTree(Files.readAllBytes(temporary.resolve("series.json")));
        assertThat(series.path("schema").stringValue()).isEqualTo("aifactory.series/1");
        assertThat(series.path("run_id").stringValue())
                .isEqualTo(result.summary().runId());
        assertThat(series.path("timeline")).hasSameSizeAs(result.timeline()).isNotEmpty();
        assertThat(series.path("timeline").path(0).has("ttft_p99_ms")).isTrue();
        assertThat(series.path("per_client")).hasSameSizeAs(result.perClient());
        assertThat(series.path("distributions").has("ttft_ms")).isTrue();
        assertThat(series.path("server_metrics").isArray()).isTrue();
    }

    @Test
    void everyLineOfTheRecordsNamesItsSchema() throws IOException {
        sample.result();
        Path file = temporary.resolve("requests.jsonl");
        try (RequestRecordWriter writer = RequestRecordWriter.plain(Files.newOutputStream(file))) {
            for (RequestRecord record : sample.records()) {
                writer.write(record);
            }
        }

        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSameSizeAs(sample.records());
        assertThat(lines).allMatch(line -> line.startsWith("{\"schema\":\"aifactory.request/1\",\"index\":"));
        assertThat(all(new RequestRecordFile(file))).isEqualTo(sample.records());
    }

    @Test
    void aRunWithoutRecordsIsWrittenAndRead() throws IOException {
        sample.workloadJson = "{\"concurrency\": 1}";
        RunResult result = sample.result();
        RunFiles.write(temporary, result, RequestRecordSource.of(List.of()));

        assertThat(all(RunFiles.read(temporary).records())).isEmpty();
        assertThat(RunFiles.read(temporary).summary()).isEqualTo(result.summary());
    }

    @Test
    void aFileInTheWayIsNamed() throws IOException {
        Path file = Files.writeString(temporary.resolve("taken"), "text");
        RunResult result = sample.result();

        assertThatThrownBy(() -> RunFiles.write(file, result, RequestRecordSource.of(List.of())))
                .isInstanceOf(RunFilesException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("is a file, not a directory");
        assertThatThrownBy(() -> RunFiles.write(file.resolve("below"), result, RequestRecordSource.of(List.of())))
                .isInstanceOf(RunFilesException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void nothingIsLeftWhenTheRecordsBreakOff() {
        RunResult result = sample.result();
        Path directory = temporary.resolve("run");
        RequestRecordSource broken = () -> {
            throw new IOException("the disk failed");
        };

        assertThatThrownBy(() -> RunFiles.write(directory, result, broken))
                .isInstanceOf(RunFilesException.class)
                .hasMessageContaining("the disk failed");
        assertThat(directory).doesNotExist();
    }

    @Test
    void truncatedRecordsAreNamedWithTheirLine() throws IOException {
        RunFiles.write(temporary, sample.result(), RequestRecordSource.of(sample.records()));
        Path file = temporary.resolve("requests.jsonl.zst");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length * 2 / 3));

        assertThatThrownBy(() -> all(RunFiles.read(temporary).records()))
                .isInstanceOf(RunFilesException.class)
                .hasMessageContaining(file.toString())
                .hasMessageMatching("(?s).*line \\d+.*");
    }

    @Test
    void aCutPlainFileIsNamedWithItsLine() throws IOException {
        sample.result();
        Path file = temporary.resolve("requests.jsonl");
        try (RequestRecordWriter writer = RequestRecordWriter.plain(Files.newOutputStream(file))) {
            for (RequestRecord record : sample.records().subList(0, 3)) {
                writer.write(record);
            }
        }
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 40));

        assertThatThrownBy(() -> all(new RequestRecordFile(file)))
                .isInstanceOf(RunFilesException.class)
                .hasMessageContaining(file + " is cut off in line 3");
    }

    @Test
    void aForeignFileOfRecordsIsRefused() throws IOException {
        Path foreign = temporary.resolve("requests.jsonl");
        Files.writeString(foreign, "\n{\"schema\": \"other/1\", \"index\": 4}\n");
        assertThatThrownBy(() -> all(new RequestRecordFile(foreign)))
                .isInstanceOf(RunFilesException.class)
                .hasMessageContaining(foreign + " line 2 is not a request record");

        Files.writeString(foreign, "{\"schema\": \"aifactory.request/1\", \"index\": 4}\n");
        assertThatThrownBy(() -> all(new RequestRecordFile(foreign))).hasMessageContaining("line 1");

        Files.write(foreign, "x".repeat(3 << 20).getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> all(new RequestRecordFile(foreign))).hasMessageContaining("longer than");

        Path compressed = Files.writeString(temporary.resolve("requests.jsonl.zst"), "not compressed at all");
        assertThatThrownBy(() -> all(new RequestRecordFile(compressed)))
                .isInstanceOf(RunFilesException.class)
                .hasMessageContaining(compressed.toString());
    }

    @Test
    void aForeignOrCutSummaryIsRefused() throws IOException {
        Path summary = temporary.resolve("summary.json");
        assertThatThrownBy(() -> RunFiles.read(temporary)).hasMessageContaining("there is no such file");
        Files.writeString(summary, "{\"schema\": \"guidellm/3\"}");
        assertThatThrownBy(() -> RunFiles.read(temporary)).hasMessageContaining("its schema is 'guidellm/3'");
        Files.writeString(summary, "{\"schema\": \"aifactory.summary/1\",\n \"run_id\"");
        assertThatThrownBy(() -> RunFiles.read(temporary)).hasMessageContaining(summary + " line 2 is cut off");
        Files.writeString(summary, "{\"schema\": \"aifactory.summary/1\"}");
        assertThatThrownBy(() -> RunFiles.read(temporary)).isInstanceOf(RunFilesException.class);
        assertThatThrownBy(() -> RunFiles.read(temporary.resolve("absent"))).hasMessageContaining("it is no directory");
    }

    @Test
    void aFigureThatIsNoNumberIsNullInTheFileAndNoneAgainWhenRead() throws IOException {
        RunSummary good = sample.result().summary();
        RunSummary odd = RunFormat.mapper()
                .readValue(
                        RunFormat.mapper()
                                .writeValueAsString(good)
                                .replaceFirst("\"request_throughput\":[0-9.]+", "\"request_throughput\":null"),
                        RunSummary.class);

        assertThat(odd.requestThroughput()).isNaN();
        assertThat(RunFormat.mapper().writeValueAsString(odd)).contains("\"request_throughput\":null");
        assertThat(ResultTable.render(odd, 80, false)).contains("– req/s");
    }

    private static List<RequestRecord> all(RequestRecordSource source) throws IOException {
        List<RequestRecord> records = new ArrayList<>();
        try (RequestRecordSource.Pass pass = source.open()) {
            for (RequestRecord record = pass.next(); record != null; record = pass.next()) {
                records.add(record);
            }
        }
        return records;
    }

    private static List<String> namesIn(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
