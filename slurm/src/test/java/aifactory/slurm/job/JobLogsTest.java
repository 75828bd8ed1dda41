package aifactory.slurm.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobLogsTest {
    @TempDir
    private Path directory;

    @Test
    void theDirectoryIsMadeAndAReusedIdOverwritesNothing() throws Exception {
        Path logs = directory.resolve("not/there/yet");

        JobLogs first = JobLogs.reserve(logs, 123);
        Files.writeString(first.output(), "of the first");
        JobLogs second = JobLogs.reserve(logs, 123);
        JobLogs third = JobLogs.reserve(logs, 123);

        assertThat(first.output()).isEqualTo(logs.resolve("client_dispatcher_123.out"));
        assertThat(first.error()).isEqualTo(logs.resolve("client_dispatcher_123.err"));
        assertThat(second.output()).isEqualTo(logs.resolve("client_dispatcher_123.2.out"));
        assertThat(third.error()).isEqualTo(logs.resolve("client_dispatcher_123.3.err"));
        assertThat(first.output()).hasContent("of the first");
    }

    @Test
    void aReservationForNothingIsTakenBack() throws Exception {
        JobLogs logs = JobLogs.reserve(directory, 7);
        Files.writeString(logs.error(), "words");

        logs.release();

        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactly(logs.error());
        }
        assertThat(JobLogs.reserve(directory, 7).output().getFileName()).hasToString("client_dispatcher_7.2.out");
    }

    @Test
    void tokensAreLongSmallAndDifferent() {
        Random random = new Random(1);
        List<String> tokens =
                Stream.generate(() -> JobToken.next(random)).limit(1000).toList();

        assertThat(tokens).doesNotHaveDuplicates().allMatch(token -> token.matches("[a-z2-9]{12}"));
    }
}
