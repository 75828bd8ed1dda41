package aifactory.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.simulator.Recording.End;
import aifactory.simulator.Recording.Segment;
import aifactory.simulator.server.InferenceSimulator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayTest {
    private static final String CHAT = "/v1/chat/completions";

    @Test
    void aRecordingIsChosenByItsNameAndSentByteForByte() throws Exception {
        try (InferenceSimulator server =
                        serve(answer("one", "/v1/completions", End.OPEN), answer("two", "/proxy" + CHAT, End.CLOSE));
                RawClient client = RawClient.connect(server)) {
            client.send(RawClient.post(CHAT, "{\"model\":\"one\"}"));
            assertThat(client.readUntil("<one>")).isEqualTo(head("one") + "<one>");
            client.send(RawClient.post(CHAT, "{\"model\":\"two\"}"));
            assertThat(client.readToEnd()).isEqualTo(head("two") + "<two>");
            assertThat(client.end()).isEqualTo(RawClient.End.CLOSED);
            assertThat(server.statistics().requests()).isEqualTo(2);
        }
    }

    @Test
    void withoutANameThoseOfThePathAnswerInTurn() throws Exception {
        try (InferenceSimulator server = serve(
                        answer("one", CHAT, End.OPEN),
                        answer("not", "/v1/embeddings", End.OPEN),
                        answer("two", "/under/a/path" + CHAT, End.OPEN));
                RawClient client = RawClient.connect(server)) {
            for (String name : List.of("one", "two", "one")) {
                client.send(RawClient.post(CHAT, "{\"model\":\"none of them\"}"));
                assertThat(client.readUntil(">")).endsWith("<" + name + ">");
            }
            client.send(RawClient.post("/elsewhere" + CHAT, "no JSON"));
            assertThat(client.readUntil(">")).endsWith("<two>");
        }
    }

    @Test
    void theRecordingsAreItsModels() throws Exception {
        try (InferenceSimulator server = serve(answer("a/b", CHAT, End.OPEN), answer("c", CHAT, End.OPEN));
                RawClient client = RawClient.connect(server)) {
            client.send("GET /v1/models HTTP/1.1\r\nhost: t\r\n\r\n");
            assertThat(client.readUntil("]}")).contains("\"id\":\"a/b\"").contains("\"id\":\"c\"");
            client.send("GET /v1/models/a/b HTTP/1.1\r\nhost: t\r\n\r\n");
            assertThat(client.readUntil("}")).startsWith("HTTP/1.1 200").contains("\"id\":\"a/b\"");
            client.send(RawClient.post("/v1/completions", "{\"model\":\"d\"}"));
            assertThat(client.readUntil("}")).startsWith("HTTP/1.1 404");
        }
    }

    @Test
    void aResetIsAReset() throws Exception {
        try (InferenceSimulator server = serve(answer("r", CHAT, End.RESET));
                RawClient client = RawClient.connect(server)) {
            client.send(RawClient.post(CHAT, "{}"));
            client.readToEnd();
            assertThat(client.end()).isEqualTo(RawClient.End.RESET);
        }
    }

    @Test
    void segmentsComeNoSoonerThanTheyWereRecorded() throws Exception {
        Recording slow = new Recording(
                "slow", CHAT, List.of(segment(0, "a"), segment(30, "b"), segment(30, "c"), segment(30, "")), End.CLOSE);
        try (InferenceSimulator server = serve(slow);
                RawClient client = RawClient.connect(server)) {
            long before = System.nanoTime();
            client.send(RawClient.post(CHAT, "{}"));
            assertThat(client.readToEnd()).isEqualTo("abc");
            assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(90_000_000);
        }
    }

    @Test
    void aResponseLargerThanTheClientReadsAtOnceComesWhole() throws Exception {
        String large = "x".repeat(3_000_000);
        Recording recording = new Recording("large", CHAT, List.of(segment(0, large), segment(1, large)), End.CLOSE);
        try (InferenceSimulator server = serve(recording);
                RawClient client = RawClient.connect(server)) {
            client.send(RawClient.post(CHAT, "{}"));
            assertThat(client.readToEnd()).hasSize(6_000_000);
        }
    }

    @Test
    void aClientThatLeavesIsForgotten() throws Exception {
        Recording slow = new Recording("slow", CHAT, List.of(segment(0, "a"), segment(600_000, "b")), End.OPEN);
        try (InferenceSimulator server = serve(slow, answer("quick", CHAT, End.OPEN))) {
            try (RawClient client = RawClient.connect(server)) {
                client.send(RawClient.post(CHAT, "{\"model\":\"slow\"}"));
                client.readUntil("a");
            }
            try (RawClient client = RawClient.connect(server)) {
                client.send(RawClient.post(CHAT, "{\"model\":\"quick\"}"));
                assertThat(client.readUntil(">")).endsWith("<quick>");
            }
        }
    }

    @Test
    void whatWouldNotBeDoneIsRefused() {
        SimulatorOptions replaying = SimulatorOptions.defaults().withReplay(List.of(answer("a", CHAT, End.OPEN)));
        assertThatThrownBy(() -> replaying.withZeroWork(true)).hasMessageContaining("leave out --zero-work");
        assertThatThrownBy(() -> replaying.withFaults(List.of(FaultSpecification.parse("cut"))))
                .hasMessageContaining("leave out --fault");
    }

    private static InferenceSimulator serve(Recording... recordings) throws Exception {
        return InferenceSimulator.start(SimulatorOptions.defaults().withPort(0).withReplay(List.of(recordings)));
    }

    private static Recording answer(String name, String path, End end) {
        return new Recording(name, path, List.of(segment(1, head(name)), segment(1, "<" + name + ">")), end);
    }

    private static String head(String name) {
        return "HTTP/1.1 299 Recorded\r\nContent-Length: " + (name.length() + 2) + "\r\n\r\n";
    }

    private static Segment segment(long delayMillis, String text) {
        return new Segment(delayMillis * 1_000_000, text.getBytes(StandardCharsets.UTF_8));
    }
}
