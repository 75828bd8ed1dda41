package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.engine.netty.NettyLoadEngine;
import aifactory.measurement.MonotonicClock;
import aifactory.workload.GroupShare;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

/** Requests that do not fit into a socket's buffer, so that they are sent in many parts. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class LargeRequestTest {
    private static final byte[] ANSWER =
            "{\"choices\":[{\"message\":{\"content\":\"yes\"},\"finish_reason\":\"stop\"}]}"
                    .getBytes(StandardCharsets.US_ASCII);
    private static final int TOKENS = 4_000_000;

    @Test
    void arriveWholeOnNewAndOnUsedConnections() throws Exception {
        ConcurrentLinkedQueue<byte[]> bodies = new ConcurrentLinkedQueue<>();
        HttpServer server = server(bodies);
        try {
            TestWorkload workload = TestWorkload.closed(1, 3);
            workload.streaming = false;
            workload.inputTokens = TOKENS;
            CollectingSink sink = new CollectingSink(1);
            URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
            try (PreparedLoad load = new NettyLoadEngine(
                            EngineSettings.forCores(1).withoutWarmUp(), MonotonicClock.SYSTEM, 1)
                    .prepare(new LoadPlan("run", "salt", workload.build(), List.of(address), new GroupShare(0, 1)))) {
                load.start(System.nanoTime(), sink);
                sink.await();
            }

            assertThat(sink.aggregate().measured().completed()).isEqualTo(3);
            assertThat(bodies).hasSize(3).allSatisfy(body -> {
                assertThat(body.length).isGreaterThan(TOKENS);
                assertThat(JsonMapper.shared().readTree(body).at("/model").isString())
                        .isTrue();
            });
        } finally {
            server.stop(0);
        }
    }

    private static HttpServer server(ConcurrentLinkedQueue<byte[]> bodies) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                bodies.add(exchange.getRequestBody().readAllBytes());
                exchange.getResponseHeaders().set("content-type", "application/json");
                exchange.sendResponseHeaders(200, ANSWER.length);
                exchange.getResponseBody().write(ANSWER);
            }
        });
        server.start();
        return server;
    }
}
