package aifactory.simulator;

import static aifactory.simulator.SimulatorCalls.CHAT;
import static aifactory.simulator.SimulatorCalls.chat;
import static aifactory.simulator.SimulatorCalls.json;
import static aifactory.simulator.SimulatorCalls.options;
import static aifactory.simulator.SimulatorCalls.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.simulator.SimulatorOptions.TimeLog;
import aifactory.simulator.server.InferenceSimulator;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class TrueTimeLogTest {
    @TempDir
    private Path directory;

    @Test
    void noChunkIsSentBeforeItsInstant() throws Exception {
        SimulatorOptions options = options()
                .withLatencies(Duration.ofMillis(20), Duration.ofMillis(5))
                .withTimeLog(new TimeLog(10, null));
        try (InferenceSimulator server = InferenceSimulator.start(options)) {
            long before = System.nanoTime();
            post(server, CHAT, chat(6, true));
            long after = System.nanoTime();
            RequestTimes times = server.requestTimes().getFirst();
            assertThat(times.index()).isZero();
            assertThat(times.receivedNanos()).isBetween(before, after);
            assertThat(times.chunkNanos()).hasSize(6).isSorted();
            for (int chunk = 0; chunk < 6; chunk++) {
                long sentAfterNanos = times.chunkNanos()[chunk] - times.receivedNanos();
                assertThat(sentAfterNanos).isGreaterThanOrEqualTo(20_000_000L + chunk * 5_000_000L);
                assertThat(times.chunkNanos()[chunk]).isLessThanOrEqualTo(after);
            }
        }
    }

    @Test
    void isWrittenWhenTheServerClosesAndSaysWhatItLeftOut() throws Exception {
        Path file = directory.resolve("times.jsonl");
        InferenceSimulator server = InferenceSimulator.start(options().withTimeLog(new TimeLog(2, file)));
        try (RawClient client = RawClient.connect(server)) {
            client.send(RawClient.post(CHAT, chat(3, true), "x-request-id: run-1.7_a"));
            assertThat(client.readUntil("\r\n0\r\n\r\n")).contains("\"id\":\"chatcmpl-run-1.7_a\"");
        }
        post(server, CHAT, chat(4, false));
        post(server, CHAT, chat(4, false));
        assertThat(server.statistics().unloggedRequests()).isEqualTo(1);
        server.close();
        server.close();

        List<JsonNode> lines =
                Files.readAllLines(file).stream().map(SimulatorCalls::json).toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0).path("request_id").asString()).isEqualTo("run-1.7_a");
        assertThat(lines.get(0).path("chunk_ns").size()).isEqualTo(3);
        assertThat(lines.get(1).path("index").asInt()).isEqualTo(1);
        assertThat(lines.get(1).path("chunk_ns").size()).isEqualTo(1);
        assertThat(lines.get(1).path("received_ns").asLong())
                .isLessThan(lines.get(1).path("chunk_ns").path(0).asLong());
    }

    @Test
    void anUnusableRequestIdIsReplaced() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options().withTimeLog(new TimeLog(2, null)));
                RawClient client = RawClient.connect(server)) {
            client.send(RawClient.post(CHAT, chat(1, false), "x-request-id: \"}{"));
            String answer = client.readUntil("}}");
            String id = json(answer.substring(answer.indexOf('{'))).path("id").asString();
            assertThat(id).matches("chatcmpl-[0-9a-f]{16}");
            assertThat(server.requestTimes().getFirst().requestId()).isEqualTo(id);
        }
    }

    @Test
    void aLogThatCannotBeWrittenIsNamed() throws Exception {
        Path file = directory.resolve("absent").resolve("times.jsonl");
        InferenceSimulator server = InferenceSimulator.start(options().withTimeLog(new TimeLog(2, file)));
        assertThatThrownBy(server::close)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("directory that you may write to");
    }
}
