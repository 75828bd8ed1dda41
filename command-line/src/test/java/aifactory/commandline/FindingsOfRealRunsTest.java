package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.Finding;
import aifactory.simulator.FaultSpecification;
import aifactory.simulator.SimulatorOptions;
import aifactory.simulator.server.InferenceSimulator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The findings of loads that the engine generated against servers with a defect, and of a load against a healthy one:
 * nothing that they are made of is written by hand.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FindingsOfRealRunsTest {
    private static final int TOKENS = 8;
    /** A machine that stands still for a moment may hide a defect, or make one. */
    private static final int TRIES = 4;

    /** How a server answers its n-th request; the stream's pieces are written, and flushed, one by one. */
    @FunctionalInterface
    private interface Script {
        void answer(int number, HttpExchange exchange) throws IOException;
    }

    private static SimulatorOptions simulated(String... faults) {
        return SimulatorOptions.defaults()
                .withPort(0)
                .withModel("m")
                .withLatencies(Duration.ofMillis(3), Duration.ofMillis(2))
                .withFaults(Stream.of(faults).map(FaultSpecification::parse).toList());
    }

    private static List<Finding> ofSimulator(String workload, SimulatorOptions... options) throws Exception {
        List<InferenceSimulator> servers = new ArrayList<>();
        try {
            for (SimulatorOptions each : options) {
                servers.add(InferenceSimulator.start(each));
            }
            return run(
                    workload, servers.stream().map(InferenceSimulator::address).toList());
        } finally {
            servers.forEach(InferenceSimulator::close);
        }
    }

    private static List<Finding> ofScript(String workload, Script script) throws Exception {
        AtomicInteger number = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            server.setExecutor(threads);
            server.createContext("/", exchange -> {
                try (exchange) {
                    exchange.getRequestBody().readAllBytes();
                    exchange.getResponseHeaders().add("content-type", "text/event-stream");
                    script.answer(number.getAndIncrement(), exchange);
                }
            });
            server.start();
            URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
            return run(workload, List.of(address));
        } finally {
            server.stop(0);
        }
    }

    private static String chunk(int number) {
        return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\" w" + number
                + "\"},\"finish_reason\":null}]}\n\n";
    }

    private static String end(int usage) {
        return "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"length\"}]}\n\n"
                + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":8,\"completion_tokens\":" + usage + "}}\n\n"
                + "data: [DONE]\n\n";
    }

    private static String whole(int usage) {
        StringBuilder stream = new StringBuilder();
        for (int i = 0; i < TOKENS; i++) {
            stream.append(chunk(i));
        }
        return stream.append(end(usage)).toString();
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void pause(long millis) {
        LockSupport.parkNanos(millis * 1_000_000);
    }

    /** Answers the whole stream after some time. */
    private static void after(long millis, HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        pause(millis);
        write(exchange.getResponseBody(), whole(TOKENS));
    }

    private static List<Finding> run(String workload, List<URI> targets) throws Exception {
        return RealRun.of(workload, targets).summary().allFindings();
    }

    private static String closed(int concurrency, int requests) {
        return "{\"concurrency\": " + concurrency + ", \"request_count\": " + requests + ", \"isl\": 8, \"osl\": "
                + TOKENS + ", \"model\": \"m\", \"failure_backoff\": false}";
    }

    /** A load against a server with the defect. */
    @FunctionalInterface
    private interface Load {
        List<Finding> findings() throws Exception;
    }

    private static Arguments defect(String code, Load load) {
        return Arguments.of(code, load);
    }

    static Stream<Arguments> defects() {
        SimulatorOptions healthy = simulated();
        return Stream.of(
                defect("few_samples", () -> ofSimulator(closed(4, 40), healthy)),
                defect(
                        "ended_early",
                        () -> ofSimulator(
                                closed(4, 100), healthy.withOutput(new SimulatorOptions.Output(TOKENS, 0.2, 1, 0)))),
                defect("delivered_in_bursts", () -> ofScript(closed(4, 20), FindingsOfRealRunsTest::buffered)),
                defect(
                        "first_chunk_of_several_tokens",
                        () -> ofScript(closed(2, 20), FindingsOfRealRunsTest::cumulative)),
                defect(
                        "tokens_disagree",
                        () -> ofScript(closed(2, 20), (_, exchange) -> {
                            exchange.sendResponseHeaders(200, 0);
                            write(exchange.getResponseBody(), whole(0));
                        })),
                defect("tokens_unknown", () -> ofSimulator(closed(2, 20), simulated("no-usage"))),
                defect("other_content_type", () -> ofSimulator(closed(2, 20), simulated("content-type:text/plain"))),
                defect(
                        "unexpected_encoding",
                        () -> ofScript(closed(2, 20), (_, exchange) -> {
                            exchange.getResponseHeaders().add("content-encoding", "gzip");
                            exchange.sendResponseHeaders(200, 0);
                            try (GZIPOutputStream compressed = new GZIPOutputStream(exchange.getResponseBody())) {
                                write(compressed, whole(TOKENS));
                            }
                        })),
                defect(
                        "server_throttled",
                        () -> ofSimulator(closed(2, 20), simulated("status:429,retry-after=2s,every=2"))),
                defect(
                        "replica_imbalance",
                        () -> ofSimulator(closed(4, 400), healthy, simulated("status:500,every=2"))),
                defect(
                        "prompts_repeated",
                        () -> ofSimulator(closed(2, 20).replaceFirst("\\{", "{\"same_prompts\": true, "), healthy)),
                defect(
                        "drain_tail",
                        () -> ofScript(closed(2, 20), (number, exchange) -> after(number == 19 ? 800 : 2, exchange))),
                defect(
                        "cold_start",
                        () -> ofScript(closed(1, 120), (number, exchange) -> after(number == 0 ? 700 : 2, exchange))),
                defect(
                        "not_steady",
                        () -> ofScript(closed(2, 400), (number, exchange) -> after(number < 200 ? 3 : 30, exchange))),
                defect(
                        "arrivals_off",
                        () -> ofScript(
                                "{\"request_rate\": 50, \"arrival_pattern\": \"poisson\", \"concurrency\": 1, \"duration\": \"4s\","
                                        + " \"isl\": 8, \"osl\": " + TOKENS + ", \"model\": \"m\"}",
                                (_, exchange) -> after(30, exchange))));
    }

    /** As a proxy that passes on what it has every 200 ms, of a server that generates a token every 50 ms. */
    private static void buffered(int number, HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        for (int sent = 0; sent < TOKENS; sent += 4) {
            pause(200);
            write(exchange.getResponseBody(), chunk(sent) + chunk(sent + 1) + chunk(sent + 2) + chunk(sent + 3));
        }
        write(exchange.getResponseBody(), end(TOKENS));
    }

    /** Counts of tokens in every chunk, the first with four. */
    private static void cumulative(int number, HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        for (int tokens = 4; tokens <= TOKENS; tokens++) {
            write(
                    exchange.getResponseBody(),
                    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\" w\"}}],\"usage\":{\"prompt_tokens\":8,"
                            + "\"completion_tokens\":" + tokens + "}}\n\n");
        }
        write(exchange.getResponseBody(), end(TOKENS));
    }

    private static List<String> codes(List<Finding> findings) {
        return findings.stream().map(Finding::code).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("defects")
    void aDefectIsFound(String code, Object load) throws Exception {
        List<Finding> findings = List.of();
        for (int i = 0; i < TRIES && !codes(findings).contains(code); i++) {
            findings = ((Load) load).findings();
        }
        assertThat(codes(findings)).contains(code);
    }

    @Test
    void aHealthyServerHasNone() throws Exception {
        String workload = "{\"concurrency\": 8, \"duration\": \"4s\", \"warmup\": \"500ms\", \"isl\": 8, \"osl\": "
                + TOKENS + ", \"model\": \"m\"}";
        List<String> codes = List.of("untried");
        for (int i = 0; i < TRIES && !codes.isEmpty(); i++) {
            codes = codes(ofSimulator(workload, simulated(), simulated()));
        }
        assertThat(codes).isEmpty();
    }

    @Test
    void throttlingNamesHowLongTheServerAsksToWait() throws Exception {
        List<Finding> findings = ofSimulator(closed(2, 40), simulated("status:503,retry-after=7s,every=2"));

        Finding finding = findings.stream()
                .filter(each -> each.code().equals("server_throttled"))
                .findFirst()
                .orElseThrow();
        assertThat(finding.message()).contains("20 with status 503", "7 s in the median, 7 s at most");
        assertThat(finding.details())
                .containsEntry("retry_after", 20.0)
                .containsEntry("retry_after_median_s", 7.0)
                .containsEntry("retry_after_max_s", 7.0);
    }
}
