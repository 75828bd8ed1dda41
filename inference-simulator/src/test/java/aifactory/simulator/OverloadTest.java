package aifactory.simulator;

import static aifactory.simulator.SimulatorCalls.CHAT;
import static aifactory.simulator.SimulatorCalls.await;
import static aifactory.simulator.SimulatorCalls.chat;
import static aifactory.simulator.SimulatorCalls.metric;
import static aifactory.simulator.SimulatorCalls.options;
import static aifactory.simulator.SimulatorCalls.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.simulator.server.InferenceSimulator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server does when it is asked for too much, where that is a fault that was ordered. */
class OverloadTest {
    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void whatExceedsTheRateIsRefusedWithItsStatus(int code) throws Exception {
        // One per second, and two at once: the rest of what comes within a second is refused.
        try (InferenceSimulator server = InferenceSimulator.start(options("rate-limit:1,code=" + code))) {
            Map<Integer, Integer> statuses = new TreeMap<>();
            String retryAfter = "";
            for (int i = 0; i < 50; i++) {
                var answer = post(server, CHAT, chat(1, false));
                statuses.merge(answer.statusCode(), 1, Integer::sum);
                retryAfter = answer.headers().firstValue("retry-after").orElse(retryAfter);
            }
            assertThat(statuses).containsOnlyKeys(200, code);
            assertThat(statuses.get(200)).isGreaterThanOrEqualTo(2);
            assertThat(retryAfter).isEqualTo("1");
            assertThat(post(server, CHAT, chat(1, false)).statusCode()).isIn(200, code);
        }
    }

    private static double running(InferenceSimulator server) {
        try {
            return metric(server, "vllm:num_requests_running");
        } catch (Exception e) {
            return -1;
        }
    }

    private static boolean listens(InferenceSimulator server) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), server.port()), 5_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static List<RawClient> endlessStreams(InferenceSimulator server, int count) throws IOException {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RawClient client = RawClient.connect(server).send(RawClient.post(CHAT, chat(1, true)));
            client.readUntil("\"content\":\" ");
            clients.add(client);
        }
        return clients;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aCrashedServerResetsEverythingAndIsAvailableAgainAfterAWhile(int eventLoops) throws Exception {
        SimulatorOptions options =
                options("endless:first=4", "crash:3,for=200ms").withEventLoops(eventLoops);
        try (InferenceSimulator server = InferenceSimulator.start(options)) {
            List<RawClient> clients = endlessStreams(server, 3);
            assertThat(metric(server, "vllm:num_requests_running")).isEqualTo(3);

            // Another event loop resets them, so that the one too many may get some of its answer.
            clients.add(RawClient.connect(server).send(RawClient.post(CHAT, chat(1, true))));
            for (RawClient client : clients) {
                assertThatThrownBy(() -> client.readUntil("never")).isInstanceOf(IOException.class);
                client.close();
            }
            await("it listens again", () -> listens(server));
            await("nothing runs any more", () -> running(server) == 0);
            assertThat(post(server, CHAT, chat(1, false)).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aServerThatIsNotToComeBackStaysAway() throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options("endless:first=2", "crash:1"))) {
            RawClient client = endlessStreams(server, 1).getFirst();
            RawClient tooMany = RawClient.connect(server).send(RawClient.post(CHAT, chat(1, true)));
            server.awaitClose();
            assertThat(listens(server)).isFalse();
            client.close();
            tooMany.close();
        }
    }

    @Test
    void withMoreRequestsThanAllowedEachTakesLonger() throws Exception {
        SimulatorOptions slow =
                options("endless:first=3", "slow-above:1").withLatencies(Duration.ofMillis(50), Duration.ofMillis(1));
        try (InferenceSimulator server = InferenceSimulator.start(slow)) {
            List<RawClient> clients = endlessStreams(server, 3);
            long startNanos = System.nanoTime();
            assertThat(post(server, CHAT, chat(1, false)).statusCode()).isEqualTo(200);
            // Four at the same time: four times as long. More is the machine's, less would be wrong.
            assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isGreaterThanOrEqualTo(Duration.ofMillis(199));
            for (RawClient client : clients) {
                client.close();
            }
        }
    }
}
