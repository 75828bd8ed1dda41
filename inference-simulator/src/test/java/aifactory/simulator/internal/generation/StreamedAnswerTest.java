package aifactory.simulator.internal.generation;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.simulator.FaultSpecification;
import aifactory.simulator.SimulatorOptions;
import aifactory.simulator.SimulatorOptions.Output;
import aifactory.simulator.internal.generation.RecordingChannel.Write;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** When and in what pieces a stream is sent, in time that the test lets pass. */
class StreamedAnswerTest {
    private static final long MILLISECOND = 1_000_000;

    private static SimulatorOptions options(String... faults) {
        return SimulatorOptions.defaults()
                .withLatencies(Duration.ofMillis(50), Duration.ofMillis(10))
                .withFaults(Stream.of(faults).map(FaultSpecification::parse).toList());
    }

    @Test
    void everyChunkIsSentAtItsInstant() throws Exception {
        SimulatedLoop loop = new SimulatedLoop(options());
        RecordingChannel client = loop.client();
        loop.beginChat(4, client);
        loop.time.advance(1_000 * MILLISECOND);
        assertThat(millis(client)).containsExactly(0L, 50L, 60L, 70L, 80L);
        assertThat(client.writes().get(0).text()).contains("\"role\":\"assistant\",\"content\":\"\"");
        assertThat(client.writes().get(4).text()).contains("\"content\":\" ", "finish_reason\":\"length\"", "[DONE]");
        assertThat(client.isFinished()).isTrue();
        assertThat(client.isClosed()).isFalse();
    }

    @Test
    void latenessOfOneChunkDoesNotMoveTheNextOnes() throws Exception {
        SimulatedLoop loop = new SimulatedLoop(options());
        RecordingChannel client = loop.client();
        loop.beginChat(6, client);
        loop.time.advance(49 * MILLISECOND);
        loop.time.pass(16 * MILLISECOND); // the loop is busy elsewhere until 65 ms: the chunks of 50 and 60 ms are late
        loop.time.advance(1_000 * MILLISECOND);
        assertThat(millis(client)).containsExactly(0L, 65L, 70L, 80L, 90L, 100L);
        assertThat(chunks(client.writes().get(1).text()))
                .as("overdue chunks share a write")
                .isEqualTo(2);
    }

    @Test
    void aClientThatDoesNotReadMakesTheStreamWait() throws Exception {
        SimulatedLoop loop = new SimulatedLoop(options());
        RecordingChannel client = loop.client();
        Generation generation = loop.beginChat(100, client);
        loop.time.advance(55 * MILLISECOND);
        client.setWritable(false);
        loop.time.advance(10_000 * MILLISECOND);
        assertThat(client.writes()).hasSize(2);
        assertThat(loop.services.timer().size())
                .as("entries of a stream that waits")
                .isZero();

        client.setWritable(true);
        generation.writable();
        loop.time.advance(1);
        assertThat(client.isFinished()).isTrue();
        assertThat(chunks(client.text())).isEqualTo(100);
        assertThat(client.writes())
                .as("no write is without bound")
                .allMatch(write -> write.text().length() < 20_000);
        assertThat(loop.state.metrics().statistics(0).contentChunks()).isEqualTo(100);
    }

    @Test
    void tokensOfOneStepShareAChunkAndTheStepsLatency() throws Exception {
        SimulatedLoop loop = new SimulatedLoop(options().withOutput(new Output(128, 0, 4, 0)));
        RecordingChannel client = loop.client();
        loop.beginChat(10, client);
        loop.time.advance(1_000 * MILLISECOND);
        assertThat(millis(client)).containsExactly(0L, 50L, 60L, 70L);
        assertThat(client.writes().stream().skip(1).map(write -> words(write.text())))
                .containsExactly(4, 4, 2);
    }

    @Test
    void aChunkIsEitherReasoningOrText() throws Exception {
        SimulatedLoop loop = new SimulatedLoop(options().withOutput(new Output(128, 0, 4, 6)));
        RecordingChannel client = loop.client();
        loop.beginChat(10, client);
        loop.time.advance(1_000 * MILLISECOND);
        List<String> texts = client.writes().stream().skip(1).map(Write::text).toList();
        assertThat(texts).hasSize(3);
        assertThat(texts.get(0))
                .contains("reasoning_content")
                .satisfies(text -> assertThat(words(text)).isEqualTo(4));
        assertThat(texts.get(1))
                .contains("reasoning_content")
                .satisfies(text -> assertThat(words(text)).isEqualTo(2));
        assertThat(texts.get(2))
                .contains("{\"content\":\" ")
                .satisfies(text -> assertThat(words(text)).isEqualTo(4));
    }

    @Test
    void aStallPausesOneStreamAtItsToken() throws Exception {
        SimulatedLoop loop = new SimulatedLoop(options("stall:2s,token=2,every=2"));
        RecordingChannel first = loop.client();
        RecordingChannel second = loop.client();
        loop.beginChat(4, first);
        loop.beginChat(4, second);
        loop.time.advance(10_000 * MILLISECOND);
        assertThat(millis(first)).containsExactly(0L, 50L, 60L, 70L, 80L);
        assertThat(millis(second)).containsExactly(0L, 50L, 60L, 2070L, 2080L);
    }

    @Test
    void aStallOfTheServerPausesEverythingAndShiftsWhatFollows() throws Exception {
        SimulatedLoop loop = new SimulatedLoop(options("server-stall:at=65ms,for=2s"));
        RecordingChannel running = loop.client();
        loop.beginChat(4, running);
        loop.time.advance(100 * MILLISECOND);
        RecordingChannel receivedMeanwhile = loop.client();
        loop.beginChat(2, receivedMeanwhile);
        loop.time.advance(10_000 * MILLISECOND);
        assertThat(millis(running)).containsExactly(0L, 50L, 60L, 2070L, 2080L);
        assertThat(millis(receivedMeanwhile)).containsExactly(2065L, 2115L, 2125L);
    }

    @Test
    void aRequestThatWaitedHasItsLatencyFromItsAdmission() throws Exception {
        SimulatedLoop loop = new SimulatedLoop(options().withSequences(1, 2));
        RecordingChannel first = loop.client();
        RecordingChannel second = loop.client();
        loop.beginChat(2, first);
        loop.time.advance(5 * MILLISECOND);
        loop.beginChat(2, second);
        assertThat(loop.state.slots().waiting()).isEqualTo(1);
        loop.time.advance(1_000 * MILLISECOND);
        assertThat(millis(first)).containsExactly(0L, 50L, 60L);
        assertThat(millis(second)).containsExactly(60L, 110L, 120L);
    }

    @Test
    void aClientThatLeavesGivesItsSlotBack() throws Exception {
        SimulatedLoop loop = new SimulatedLoop(options().withSequences(1, 2));
        RecordingChannel second = loop.client();
        Generation leaving = loop.beginChat(100, loop.client());
        Generation leavingTheQueue = loop.beginChat(100, loop.client());
        loop.beginChat(1, second);
        loop.time.advance(70 * MILLISECOND);
        leavingTheQueue.cancel();
        leaving.cancel();
        leaving.cancel();
        loop.time.advance(1_000 * MILLISECOND);
        assertThat(second.isFinished()).isTrue();
        assertThat(loop.state.slots().running()).isZero();
        assertThat(loop.state.slots().waiting()).isZero();
        assertThat(loop.state.metrics().statistics(0).cancelledRequests()).isEqualTo(2);
        assertThat(loop.services.timer().size()).isZero();
    }

    @Test
    void anEndlessStreamGoesOnUntilItsClientLeaves() throws Exception {
        SimulatedLoop loop = new SimulatedLoop(options("endless"));
        RecordingChannel client = loop.client();
        Generation generation = loop.beginChat(3, client);
        loop.time.advance(60_000 * MILLISECOND);
        assertThat(client.isFinished()).isFalse();
        assertThat(chunks(client.text())).isEqualTo(5996);
        generation.cancel();
        loop.time.advance(60_000 * MILLISECOND);
        assertThat(chunks(client.text())).isEqualTo(5996);
    }

    private static List<Long> millis(RecordingChannel client) {
        return client.writes().stream()
                .map(write -> write.atNanos() / MILLISECOND)
                .toList();
    }

    private static int chunks(String text) {
        return text.split("\"content\":\" ", -1).length - 1;
    }

    private static int words(String text) {
        int begin = text.indexOf("content\":\"") + "content\":\"".length();
        return text.substring(begin, text.indexOf('"', begin)).strip().split(" ").length;
    }
}
