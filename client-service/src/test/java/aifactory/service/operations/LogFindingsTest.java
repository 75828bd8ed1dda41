package aifactory.service.operations;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.LogFinding;
import aifactory.protocol.LogView;
import aifactory.service.logs.LogDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogFindingsTest {
    @TempDir
    Path directory;

    private static List<LogFinding> findings(String... lines) {
        return LogFindings.of(List.of(new LogView("job.err", 0, null, List.of(lines), 0L)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "java.net.UnknownHostException: login-01 | does not resolve on a node",
                "curl: (7) No route to host | has no route",
                "connect: Connection refused | no process listens",
                "java.net.http.HttpConnectTimeoutException: HTTP connect timed out | firewall",
                "slurmstepd: error: execve(): aifactory: No such file or directory | file system of the nodes",
                "slurmstepd: error: Detected 1 oom_kill event in StepId=7.0 | out of memory",
                "slurmstepd: error: *** JOB 7 ON n1 CANCELLED AT 2026-11-24T06:00:00 DUE TO TIME LIMIT *** | time limit",
                "slurmstepd: error: *** JOB 7 ON n1 CANCELLED AT 2026-11-24T06:00:00 DUE TO PREEMPTION *** | higher priority",
                "write: No space left on device | full",
                "12:00:00 ERROR a.b.C - something odd | read the lines around it",
            })
    void linesOfTroubleAreRecognised(String line, String meaning) {
        assertThat(findings("all is well", line))
                .singleElement()
                .satisfies(finding -> assertThat(finding.meaning()).contains(meaning))
                .satisfies(finding -> assertThat(finding.line()).isEqualTo(line));
    }

    @Test
    void linesThatTellOfNothingWrongAreNot() {
        assertThat(findings("12:00:00 INFO registered with http://login:8001 as client 0", "done, 0 errors"))
                .isEmpty();
    }

    @Test
    void theMostTellingComesFirstAndRepetitionsAreCounted() {
        List<LogFinding> findings =
                findings("ERROR x", "Connection refused", "Connection refused", "UnknownHostException: a");

        assertThat(findings).extracting(LogFinding::count).containsExactly(1, 2, 1);
        assertThat(findings.getFirst().meaning()).contains("does not resolve on a node");
        assertThat(findings.getLast().meaning()).startsWith("an error");
    }

    @Test
    void onlyTheEndOfALargeFileIsReadAndWholeLinesOfIt() throws Exception {
        Path file = directory.resolve("large");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            text.append("line ").append(i).append('\n');
        }
        Files.writeString(file, text);

        LogView tail = new LogReader(new LogDirectory(directory)).tail(file.toString(), 100_000, List.of());

        assertThat(tail.sizeBytes()).isEqualTo(text.length());
        assertThat(tail.lines().getLast()).isEqualTo("line 99999");
        assertThat(tail.lines()).hasSizeLessThan(100_000).allMatch(line -> line.matches("line [0-9]{5}"));
        assertThat(new LogReader(new LogDirectory(directory))
                        .tail(file.toString(), 2, List.of())
                        .lines())
                .containsExactly("line 99998", "line 99999");
    }

    @Test
    void whatCannotBeReadIsSaidAndTerminalsAreNotOrderedAbout() throws Exception {
        assertThat(new LogReader(new LogDirectory(directory))
                        .tail(directory.resolve("missing").toString(), 5, List.of())
                        .problem())
                .contains("no such file");
        assertThat(new LogReader(new LogDirectory(directory))
                        .tail(directory.toString(), 5, List.of())
                        .problem())
                .isNotNull();
        Path file = Files.writeString(directory.resolve("escape"), "a\u001b[2Jb\tc\n");
        assertThat(new LogReader(new LogDirectory(directory))
                        .tail(file.toString(), 5, List.of())
                        .lines())
                .containsExactly("a?[2Jb\tc");
    }
}
