package aifactory.commandline.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.session.Interruption;
import aifactory.commandline.session.Session;
import aifactory.measurement.MonotonicClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HistoryTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    private History history() {
        Session session = new Session(
                Map.of(),
                InputStream.nullInputStream(),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                false,
                false,
                directory,
                directory,
                directory,
                new Interruption(),
                MonotonicClock.SYSTEM,
                InstantSource.system());
        return History.of(session, Configuration.of(session));
    }

    private static HistoryEntry entry(int number, RunLabel label) {
        return new HistoryEntry(
                "r" + number,
                label,
                "/results/r" + number,
                Instant.ofEpochSecond(1_790_000_000L + number * 60L).toString(),
                "VALID",
                "model",
                "load",
                "benchmark",
                "1.0",
                "1.2 (abc)",
                "aifactory benchmark --seed " + number,
                Map.of("ttft_ms.p99", 50.0 + number));
    }

    @Test
    void whatIsPutIsReadAndTheNewestOfANameCounts() throws IOException {
        RunLabel nightly = new RunLabel("nightly", Map.of("site", "a=b"), "first\nline");
        history().put(List.of(entry(1, nightly), entry(3, nightly), entry(2, RunLabel.NONE)));

        History.Contents contents = history().read();

        assertThat(contents.entries()).extracting(HistoryEntry::runId).containsExactly("r3", "r2", "r1");
        assertThat(contents.find("nightly")).get().isEqualTo(entry(3, nightly));
        assertThat(contents.find("r1")).get().isEqualTo(entry(1, nightly));
        assertThat(contents.find("r")).isEmpty();
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(history().file())))
                .isEqualTo("rw-------");
    }

    @Test
    void changedAndDeletedRunsReplaceWhatWasThere() {
        history().put(List.of(entry(1, RunLabel.NONE), entry(2, RunLabel.NONE)));
        history().put(List.of(entry(1, new RunLabel("other", Map.of(), null))));
        history().delete(List.of("r2", "never there"));

        assertThat(history().read().entries()).singleElement().satisfies(found -> {
            assertThat(found.runId()).isEqualTo("r1");
            assertThat(found.title()).isEqualTo("other");
        });
    }

    @Test
    void linesThatAreCutOffForeignOrOfAnotherVersionAreTolerated() throws IOException {
        history().put(List.of(entry(1, RunLabel.NONE)));
        Path file = history().file();
        Files.write(
                file,
                List.of(
                        "{\"run_id\": \"later\", \"started_at\": \"2027-01-01T00:00:00Z\", \"members\": {\"of\": \"later\"}}",
                        "{\"something\": \"else\"}",
                        "[1, 2]",
                        "no JSON",
                        ""),
                StandardOpenOption.APPEND);
        Files.write(file, new byte[] {(byte) 0xff, 0, '\n'}, StandardOpenOption.APPEND);
        Files.writeString(file, "{\"run_id\": \"cut o", StandardOpenOption.APPEND);

        assertThat(history().read().entries()).extracting(HistoryEntry::runId).containsExactly("later", "r1");
        assertThat(history().read().unreadable()).isEqualTo(5);

        history().put(List.of(entry(2, RunLabel.NONE)));
        assertThat(history().read().find("r2")).as("written after half a line").isPresent();
        assertThat(history().read().unreadable()).isEqualTo(5);
    }

    @Test
    void severalWritersLoseNothing() throws Exception {
        int writers = 4;
        int each = 25;
        try (ExecutorService pool = Executors.newFixedThreadPool(writers)) {
            List<Future<?>> writing = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                int first = writer * each;
                writing.add(pool.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        history().put(List.of(entry(first + i, RunLabel.NONE)));
                    }
                }));
            }
            for (Future<?> one : writing) {
                one.get(2, TimeUnit.MINUTES);
            }
        }
        assertThat(history().read().entries()).hasSize(writers * each);
        assertThat(history().read().unreadable()).isZero();
    }

    @Test
    void tenThousandRunsAreReadAndAFileOfOldLinesIsRewritten() throws IOException {
        List<HistoryEntry> entries = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            entries.add(entry(i, RunLabel.NONE));
        }
        history().put(entries);
        assertThat(history().read().entries()).hasSize(10_000);
        assertThat(history().read().entries().getFirst().runId()).isEqualTo("r9999");
        long size = Files.size(history().file());

        history().put(entries);
        history().put(List.of(entry(10_001, RunLabel.NONE)));

        assertThat(Files.size(history().file())).isLessThan(size * 3 / 2);
        assertThat(history().read().entries()).hasSize(10_001);
        try (var left = Files.list(history().file().getParent())) {
            assertThat(left.map(path -> path.getFileName().toString())).containsOnly("runs.jsonl", "runs.lock");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "a/b", "-x", "17", "..", "a\u0007b", "a\u202eb", "a\nb"})
    void namesThatCouldBeSomethingElseAreRefused(String name) {
        assertThatThrownBy(() -> RunLabel.requireName(name)).hasMessageContaining("invalid value for --name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nightly", "Über 7 B", "模型 测试", "a'b\"c;d$(e)`f`", "r-7_x.y", "v1", "🚀"})
    void anyOtherNameIsKept(String name) {
        history().put(List.of(entry(1, RunLabel.of(name, List.of("k=" + name), name))));

        assertThat(history().read().find(name)).isPresent();
        assertThat(history().read().entries().getFirst().label())
                .isEqualTo(new RunLabel(name, Map.of("k", name), name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"novalue", "=x", "k=", "a b=c", "k=\u001b[2J"})
    void tagsHaveAKeyAndAValue(String tag) {
        assertThatThrownBy(() -> RunLabel.parseTags(List.of(tag))).hasMessageContaining("invalid value for --tag");
    }

    @Test
    void selectionsFilterAndSort() {
        List<HistoryEntry> entries = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            entries.add(entry(i, new RunLabel(i % 2 == 0 ? "even" : "odd", Map.of("i", String.valueOf(i)), null)));
        }
        assertThat(new HistoryQuery("E*", Map.of(), null, null, null).select(entries))
                .hasSize(3);
        assertThat(new HistoryQuery(null, Map.of("i", "3"), "MOD", "valid", null).select(entries))
                .extracting(HistoryEntry::runId)
                .containsExactly("r3");
        assertThat(new HistoryQuery(
                                null,
                                Map.of(),
                                null,
                                null,
                                Instant.parse(entries.get(3).startedAt()))
                        .select(entries))
                .hasSize(2);
        assertThat(HistoryQuery.sorted(entries, "ttft_ms.p99").getFirst().runId())
                .isEqualTo("r0");
        assertThat(HistoryQuery.sorted(entries, "time").getFirst().runId()).isEqualTo("r4");
        assertThatThrownBy(() -> HistoryQuery.sorted(entries, "ttft_ms.p9"))
                .hasMessageContaining("did you mean ttft_ms.p99?");
    }

    @Test
    void theRepeatingCommandIsSplitAndNothingElseIsRun() throws IOException {
        assertThat(RepeatedCommand.parse(
                        "aifactory benchmark --ai-server http://a:1 --goodput 'ttft:200 tpot:50' --header 'X-Key: VALUE'"
                                + " --extra-body '{\"a\":\"it'\\''s\"}'",
                        directory))
                .containsExactly(
                        "benchmark",
                        "--ai-server",
                        "http://a:1",
                        "--goodput",
                        "ttft:200 tpot:50",
                        "--extra-body",
                        "{\"a\":\"it's\"}");
        List<String> ofFile = RepeatedCommand.parse(
                "cat > benchmark.yaml <<'END'\n{\"num_clients\": 2}\nEND\naifactory benchmark -f benchmark.yaml",
                directory);
        assertThat(ofFile.subList(0, 2)).containsExactly("benchmark", "-f");
        assertThat(Files.readString(Path.of(ofFile.getLast()))).isEqualTo("{\"num_clients\": 2}");
        for (String other : List.of("rm -rf x", "aifactory serve", "cat > benchmark.yaml <<'END'\nx\nEND\nrm x", "")) {
            assertThatThrownBy(() -> RepeatedCommand.parse(other, directory)).hasMessageContaining("is not one of");
        }
    }
}
