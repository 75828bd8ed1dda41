package aifactory.simulator;

import static aifactory.simulator.SimulatorCalls.CHAT;
import static aifactory.simulator.SimulatorCalls.await;
import static aifactory.simulator.SimulatorCalls.chat;
import static aifactory.simulator.SimulatorCalls.contents;
import static aifactory.simulator.SimulatorCalls.events;
import static aifactory.simulator.SimulatorCalls.options;
import static org.assertj.core.api.Assertions.assertThat;

import aifactory.simulator.SimulatorOptions.Capacity;
import aifactory.simulator.server.InferenceSimulator;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** HTTP/1.1 as it is on the wire. */
class HttpProtocolTest {
    private static final String END_OF_STREAM = "\r\n0\r\n\r\n";

    @Test
    void oneConnectionServesManyRequests() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options());
                RawClient client = RawClient.connect(server)) {
            for (int i = 1; i <= 5; i++) {
                client.send(RawClient.post(CHAT, chat(i, true)));
                assertThat(contents(client.readUntil(END_OF_STREAM))).hasSize(i);
            }
            assertThat(server.statistics().connectionsAccepted()).isEqualTo(1);
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        SimulatorOptions slow = options().withLatencies(Duration.ofMillis(5), Duration.ofMillis(1));
        try (InferenceSimulator server = InferenceSimulator.start(slow);
                RawClient client = RawClient.connect(server)) {
            String health = "GET /health HTTP/1.1\r\nhost: a\r\n\r\n";
            client.send(RawClient.post(CHAT, chat(2, true))
                    + health
                    + RawClient.post(CHAT, chat(3, true))
                    + health.repeat(200)
                    + RawClient.post(CHAT, chat(4, true)));
            assertThat(contents(client.readUntil(END_OF_STREAM))).hasSize(2);
            assertThat(client.readUntil("\r\n\r\n")).contains("content-length: 0");
            assertThat(contents(client.readUntil(END_OF_STREAM))).hasSize(3);
            for (int i = 0; i < 200; i++) {
                assertThat(client.readUntil("\r\n\r\n")).contains("content-length: 0");
            }
            assertThat(contents(client.readUntil(END_OF_STREAM))).hasSize(4);
        }
    }

    @Test
    void aRequestMayComeByteByByte() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options());
                RawClient client = RawClient.connect(server)) {
            for (char c : RawClient.post(CHAT, chat(2, true)).toCharArray()) {
                client.send(String.valueOf(c));
            }
            assertThat(contents(client.readUntil(END_OF_STREAM))).hasSize(2);
        }
    }

    @Test
    void aRequestMayBeChunked() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options());
                RawClient client = RawClient.connect(server)) {
            String json = chat(2, true);
            String half = json.substring(0, 40);
            String rest = json.substring(40);
            client.send("POST " + CHAT + " HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n");
            client.send("28\r\n" + half + "\r\n" + Integer.toHexString(rest.length()) + ";x=y\r\n" + rest);
            client.send("\r\n0\r\ntrailer: 1\r\n\r\n");
            assertThat(contents(client.readUntil(END_OF_STREAM))).hasSize(2);
        }
    }

    @Test
    void aClientThatAsksIsToldToSendItsBody() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options());
                RawClient client = RawClient.connect(server)) {
            String request = RawClient.post(CHAT, chat(2, true), "expect: 100-continue");
            int body = request.indexOf("\r\n\r\n") + 4;
            client.send(request.substring(0, body));
            assertThat(client.readUntil("\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            client.send(request.substring(body));
            assertThat(contents(client.readUntil(END_OF_STREAM))).hasSize(2);
        }
    }

    @Test
    void theConnectionIsClosedOnRequest() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options());
                RawClient client = RawClient.connect(server)) {
            client.send(RawClient.post(CHAT, chat(2, true), "connection: close"));
            assertThat(client.readToEnd()).contains("connection: close\r\n").endsWith(END_OF_STREAM);
        }
    }

    @Test
    void aClientOfTheFirstVersionGetsNoChunks() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options());
                RawClient client = RawClient.connect(server)) {
            client.send(RawClient.post(CHAT, chat(2, true)).replace("HTTP/1.1", "HTTP/1.0"));
            String answer = client.readToEnd();
            assertThat(answer).doesNotContain("transfer-encoding").endsWith("data: [DONE]\n\n");
            assertThat(events(answer)).hasSize(6);
        }
    }

    @Test
    void moreConnectionsThanTheBoundAreClosed() throws Exception {
        SimulatorOptions options = options().withCapacity(new Capacity(1, 1, 2, 1000, 10, 100));
        try (InferenceSimulator server = InferenceSimulator.start(options);
                RawClient first = RawClient.connect(server)) {
            try (RawClient _ = RawClient.connect(server)) {
                await("both are accepted", () -> server.statistics().connectionsAccepted() == 2);
                try (RawClient third = RawClient.connect(server)) {
                    assertThat(third.readToEnd()).isEmpty();
                }
                assertThat(server.statistics().connectionsRefused()).isEqualTo(1);
            }
            await("a new one is served", () -> isServed(server));
            assertThat(first.send("GET /health HTTP/1.1\r\n\r\n").readUntil("\r\n\r\n"))
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aStreamWhoseClientLeavesEnds() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options("endless"))) {
            try (RawClient client = RawClient.connect(server)) {
                client.send(RawClient.post(CHAT, chat(2, true)));
                client.readUntil("\"content\":\" ");
            }
            await("it is cancelled", () -> server.statistics().cancelledRequests() == 1);
            assertThat(SimulatorCalls.metric(server, "vllm:num_requests_running"))
                    .isZero();
        }
    }

    @Test
    void aStreamThatIsNotReadIsNotGeneratedEither() throws Exception {
        SimulatorOptions options = options().withLatencies(Duration.ZERO, Duration.ZERO);
        int tokens = 40_000;
        try (InferenceSimulator server = InferenceSimulator.start(options);
                RawClient client = RawClient.connect(server)) {
            client.send(RawClient.post(CHAT, chat(tokens, true)));
            client.readUntil("\"content\":\" ");
            // Some 8 MB in all; the kernel's buffers take a few, the server's own at most 64 KiB and one write.
            await("it has started", () -> server.statistics().contentChunks() > 100);
            assertThat(contents(client.readUntil(END_OF_STREAM))).hasSize(tokens - 1);
            assertThat(server.statistics().contentChunks()).isEqualTo(tokens);
        }
    }

    private static boolean isServed(InferenceSimulator server) {
        try (RawClient client = RawClient.connect(server)) {
            return client.send("GET /health HTTP/1.1\r\n\r\n")
                    .readUntil("\r\n\r\n")
                    .startsWith("HTTP/1.1 200");
        } catch (IOException e) {
            return false;
        }
    }
}
