package aifactory.reporting.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.ResponseDetails;
import aifactory.measurement.ResponseRemark;
import aifactory.measurement.RunPhase;
import aifactory.measurement.TokenSource;
import aifactory.reporting.RequestRecordSource;
import aifactory.reporting.RunFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JacksonException;

/** The quick writer and reader of records against the mapper's. */
class RecordLinesTest {
    private static final long SEED = 20261126;
    private static final List<String> TEXTS = List.of(
            "timeout",
            "",
            "a \"quoted\" word",
            "back\\slash",
            "two\nlines",
            "\u0000",
            "é",
            "\uD83D\uDE00",
            "x".repeat(70_000));

    private final SplittableRandom random = new SplittableRandom(SEED);

    @Test
    void aLineIsWhatTheMapperWritesAndIsReadBack() throws IOException {
        List<RequestRecord> records = records(2_000);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (RequestRecordWriter writer = RequestRecordWriter.plain(bytes)) {
            for (RequestRecord record : records) {
                writer.write(record);
            }
        }

        List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).as("seed %d", SEED).hasSameSizeAs(records);
        for (int i = 0; i < records.size(); i++) {
            assertThat(lines.get(i)).isEqualTo(RunFormat.mapper().writeValueAsString(records.get(i)));
            RequestRecord quick = quick(lines.get(i));
            assertThat(quick).isIn(records.get(i), null);
            if (isPlain(records.get(i))) {
                assertThat(quick).isNotNull();
            }
        }
    }

    @Test
    void linesOfEarlierVersionsAreRead(@TempDir Path directory) throws IOException {
        List<String> lines = new ArrayList<>();
        List<RequestRecord> records = records(200);
        for (RequestRecord record : records) {
            String line = RunFormat.mapper().writeValueAsString(record);
            lines.add(line.replaceFirst(",\"requested_output_tokens\":.*$", "}"));
            assertThat(lines.getLast()).endsWith("}").doesNotContain("chunks_together");
        }
        Path file = directory.resolve("requests.jsonl");
        Files.write(file, lines);

        try (RequestRecordSource.Pass pass = new RequestRecordFile(file).open()) {
            for (RequestRecord record : records) {
                RequestRecord read = pass.next();
                assertThat(read).as("seed %d", SEED).isNotNull();
                assertThat(read.requestedOutputTokens()).isNull();
                assertThat(read.errorDetail()).isEqualTo(record.errorDetail());
                assertThat(read.maximumGapNanos()).isEqualTo(record.maximumGapNanos());
            }
            assertThat(pass.next()).isNull();
        }
    }

    private static boolean isPlain(RequestRecord record) {
        String reason = record.response() == null ? "" : record.response().finishReason();
        return (record.error() + record.errorDetail() + reason).matches("[ a-zA-Z0-9]*");
    }

    /** For any modification of a line: it is left to the mapper, or both read the same values. */
    @Test
    void aChangedLineIsNeverReadOtherwiseThanTheMapperReadsIt() {
        byte[] bytes = " \"\\,:{}[]019-+.eEnultrefas\u0001é".getBytes(StandardCharsets.ISO_8859_1);
        int accepted = 0;
        for (RequestRecord record : records(300)) {
            byte[] line = RunFormat.mapper().writeValueAsBytes(record);
            for (int change = 0; change < 40 && line.length < 2_000; change++) {
                byte[] changed = line.clone();
                changed[random.nextInt(changed.length)] = bytes[random.nextInt(bytes.length)];
                int length = random.nextInt(10) == 0 ? random.nextInt(changed.length) : changed.length;
                RequestRecord quick = new RecordLineParser().parse(changed, 0, length);
                if (quick != null) {
                    accepted++;
                    assertThat(quick)
                            .as("seed %d: %s", SEED, new String(changed, StandardCharsets.ISO_8859_1))
                            .isEqualTo(byMapper(changed, length));
                }
            }
        }
        assertThat(accepted).isPositive();
    }

    private static @Nullable RequestRecord byMapper(byte[] line, int length) {
        try {
            return RunFormat.mapper().readerFor(RequestRecord.class).readValue(line, 0, length);
        } catch (JacksonException e) {
            return null;
        }
    }

    @Test
    void numbersThatDoNotFitAreLeftToTheMapper() {
        String line = RunFormat.mapper().writeValueAsString(records(1).getFirst());

        assertThat(quick(line.replaceFirst("\"client\":-?\\d+", "\"client\":3000000000")))
                .isNull();
        assertThat(quick(line.replaceFirst("\"index\":-?\\d+", "\"index\":99999999999999999999")))
                .isNull();
        assertThat(quick(line.replaceFirst("\"index\":-?\\d+", "\"index\":007")))
                .isNull();
        assertThat(quick(line.replaceFirst("\"index\":-?\\d+", "\"index\":-"))).isNull();
        assertThat(quick(line + " ")).isNull();
        assertThatCode(() -> quick("")).doesNotThrowAnyException();
        for (int length = 0; length < line.length(); length++) {
            assertThat(quick(line.substring(0, length))).isNull();
        }
    }

    @Test
    void timesAreWrittenExactly() throws IOException {
        List<Long> nanos = new ArrayList<>(List.of(0L, 1L, -1L, 999_999L, 1_000_000L, -2_500_000L, 3_600_000_000_000L));
        for (int i = 0; i < 10_000; i++) {
            nanos.add(random.nextLong(1L << (1 + random.nextInt(52))));
        }
        for (long nano : nanos) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (JsonText json = new JsonText(bytes)) {
                json.writeMilliseconds(nano);
            }
            String text = bytes.toString(StandardCharsets.US_ASCII);
            assertThat(Double.parseDouble(text)).as(text).isEqualTo(nano / 1e6);
            assertThat(text).matches("-?\\d+\\.(\\d|\\d*[1-9])");
        }
    }

    @Test
    void numbersAreWrittenAsTheyAre() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonText json = new JsonText(bytes)) {
            for (long number : new long[] {0, -7, Long.MAX_VALUE, Long.MIN_VALUE}) {
                json.write(number).write(JsonText.constant(" "));
            }
            json.write(0.1).write(JsonText.constant(" ")).write(Double.NaN);
        }
        assertThat(bytes.toString(StandardCharsets.US_ASCII))
                .isEqualTo("0 -7 " + Long.MAX_VALUE + " " + Long.MIN_VALUE + " 0.1 null");
    }

    private static @Nullable RequestRecord quick(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return new RecordLineParser().parse(bytes, 0, bytes.length);
    }

    private List<RequestRecord> records(int count) {
        List<RequestRecord> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(new RequestRecord(
                    i,
                    random.nextInt(5),
                    random.nextInt(5),
                    stamp(),
                    random.nextInt(5),
                    one(RunPhase.values()),
                    one(RequestOutcome.values()),
                    random.nextLong(1L << 50),
                    random.nextLong(1L << 40),
                    stamp(),
                    stamp(),
                    stamp(),
                    stamp(),
                    stamp(),
                    stamp(),
                    random.nextInt(),
                    random.nextInt(1_000),
                    random.nextBoolean() ? null : one(TokenSource.values()),
                    random.nextInt(1_000),
                    random.nextLong(1L << 40),
                    random.nextBoolean() ? null : Integer.valueOf(random.nextInt(600)),
                    text(),
                    text(),
                    random.nextBoolean() ? null : Integer.valueOf(random.nextInt(4_000)),
                    random.nextBoolean() ? null : Integer.valueOf(random.nextInt(4_000)),
                    stamp(),
                    random.nextInt(4) == 0 ? null : response(),
                    stamp(),
                    stamp()));
        }
        return records;
    }

    private ResponseDetails response() {
        Set<ResponseRemark> remarks = EnumSet.noneOf(ResponseRemark.class);
        for (ResponseRemark remark : ResponseRemark.values()) {
            if (random.nextInt(4) == 0) {
                remarks.add(remark);
            }
        }
        return new ResponseDetails(
                text(),
                random.nextBoolean() ? null : Integer.valueOf(random.nextInt()),
                random.nextBoolean() ? null : Integer.valueOf(random.nextInt(1_000)),
                random.nextBoolean() ? null : one(TokenSource.values()),
                random.nextBoolean() ? null : Integer.valueOf(random.nextInt(10)),
                random.nextInt(5),
                remarks,
                random.nextBoolean() ? null : Integer.valueOf(random.nextInt(600)),
                random.nextBoolean() ? null : "10.1.2." + random.nextInt(256) + ":8000",
                random.nextBoolean() ? null : Boolean.valueOf(random.nextBoolean()));
    }

    private <T> T one(T[] values) {
        return values[random.nextInt(values.length)];
    }

    private @Nullable Long stamp() {
        return random.nextInt(4) == 0 ? null : Long.valueOf(random.nextLong(-1_000, 1L << (10 + random.nextInt(45))));
    }

    private @Nullable String text() {
        int kind = random.nextInt(40);
        return kind < TEXTS.size() ? TEXTS.get(kind) : kind < 25 ? "timeout after 30 s" : null;
    }
}
