package aifactory.reporting.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import aifactory.measurement.MetricSummary;
import aifactory.protocol.Explanation;
import aifactory.protocol.Explanation.LatencyPart;
import aifactory.protocol.Explanation.LatencyStack;
import aifactory.protocol.Finding;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunResult.ServerMetrics;
import aifactory.protocol.RunResult.ServerSample;
import aifactory.reporting.SampleRun;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunExplanationTest {
    private static final int SECONDS = 20;
    private static final long SEED = 20261129;

    private final SampleRun sample = new SampleRun();
    private final SplittableRandom random = new SplittableRandom(SEED);

    RunExplanationTest() {
        sample.failureShare = 0;
    }

    /** What a server reports at a second; the defaults are those of a healthy one. */
    private static final class Server {
        double running = 8;
        double waiting;
        double cache = 0.4;
        double preemptions;
        double queries;
        double hits;
        Map<String, Double> more = new HashMap<>();

        ServerSample at(double second) {
            return new ServerSample(second, running, waiting, cache, preemptions, 45 * second, queries, hits, more);
        }

        /** Of 45 requests per second, each of this mean. */
        void durations(String figure, double second, double meanMs) {
            more.put(figure + "_count", 45 * second);
            more.put(figure + "_s", 45 * second * meanMs / 1e3);
        }
    }

    private ServerMetrics server(int number, String name, BiFunction<Server, Integer, Server> state) {
        List<ServerSample> samples = new ArrayList<>();
        for (int second = 0; second < SECONDS; second++) {
            Server server = new Server();
            server.running = 6 + random.nextInt(5);
            samples.add(state.apply(server, second).at(second));
        }
        return new ServerMetrics(number, name, samples, null, "vLLM", List.of());
    }

    private RunResult with(BiFunction<Server, Integer, Server> state) {
        return sample.result().withServerMetrics(List.of(server(0, "http://node17:8000", state)));
    }

    private static List<Finding> causes(RunResult result, @Nullable Double expectedHits) {
        ServerWindow window = new ServerWindow(
                result.serverMetrics(), 2, SECONDS, result.summary().requests().completed());
        return new LimitCauses(result, window, expectedHits, SECONDS).find();
    }

    private static List<String> codes(RunResult result) {
        return causes(result, null).stream().map(Finding::code).toList();
    }

    private static Server healthy(Server server, int second) {
        server.durations("queue_time", second, 0.2);
        server.durations("prefill_time", second, 45);
        server.durations("time_to_first_token", second, 52);
        server.durations("decode_time", second, 500);
        return server;
    }

    @Test
    void nothingIsClaimedOfAHealthyServer() {
        for (int seed = 0; seed < 20; seed++) {
            sample.seed = seed;
            sample.targets = List.of("http://node17:8000");
            assertThat(codes(with((server, second) -> healthy(server, second))))
                    .as("seed %d", seed)
                    .isEmpty();
        }
        assertThat(codes(sample.result())).as("without metrics").isEmpty();
    }

    @Test
    void aServerThatRefusesIsFoundAndAFewRefusalsAreNot() {
        sample.failureShare = 0.005;
        assertThat(codes(sample.result())).isEmpty();
        sample.failureShare = 0.2;
        assertThat(codes(sample.result())).containsExactly("server_refuses_load");
    }

    @Test
    void aFullCacheIsFound() {
        assertThat(codes(with((server, second) -> {
                    server.cache = 0.96 + 0.03 * random.nextDouble();
                    server.waiting = 4 + random.nextInt(10);
                    return server;
                })))
                .contains("kv_cache_full")
                .doesNotContain("max_num_seqs_reached");
    }

    @Test
    void preemptionsAreFound() {
        assertThat(codes(with((server, second) -> {
                    server.preemptions = 3 * second;
                    return server;
                })))
                .containsExactly("preemptions");
    }

    @Test
    void aLimitOfSequencesIsFound() {
        List<Finding> found = causes(
                with((server, second) -> {
                    server.running = random.nextInt(10) == 0 ? 15 : 16;
                    server.waiting = 3 + random.nextInt(4);
                    return server;
                }),
                null);

        assertThat(found).extracting(Finding::code).containsExactly("max_num_seqs_reached");
        assertThat(found.getFirst().value()).isEqualTo(16);
    }

    @Test
    void aQueueThatGrowsIsFound() {
        assertThat(codes(with((server, second) -> {
                    server.waiting = 5 * second;
                    return server;
                })))
                .contains("queue_grows");
    }

    @Test
    void missingPrefixHitsAreFoundOnlyIfTheWorkloadRepeatsPrompts() {
        RunResult few = with((server, second) -> {
            server.queries = 10_000 * second;
            server.hits = 1_000 * second;
            return server;
        });

        assertThat(causes(few, 0.6)).extracting(Finding::code).containsExactly("prefix_cache_hits_low");
        assertThat(causes(few, 0.15)).isEmpty();
        assertThat(causes(few, null)).isEmpty();
    }

    @Test
    void aGatewayIsFound() {
        assertThat(codes(with((server, second) -> {
                    server.durations("time_to_first_token", second, 8);
                    return server;
                })))
                .containsExactly("gateway_adds_latency");
        assertThat(codes(with((server, second) -> {
                    server.durations("gateway_time", second, 20);
                    return server;
                })))
                .containsExactly("gateway_adds_latency");
    }

    @Test
    void aSlowReplicaIsFound() {
        RunResult result = sample.result();
        List<RunResult.Part> parts = new ArrayList<>(result.perTarget());
        RunResult.Part second = parts.get(1);
        Map<String, MetricSummary> slow = new HashMap<>(second.metrics());
        slow.replaceAll((name, metric) -> scaled(metric, 1.6));
        parts.set(1, new RunResult.Part(second.number(), second.name(), second.requests(), slow));
        RunResult changed = new RunResult(
                result.summary(),
                result.distributions(),
                result.timeline(),
                result.perClient(),
                parts,
                result.serverMetrics(),
                result.serverLogs());

        assertThat(codes(result)).doesNotContain("replica_slow");
        assertThat(codes(changed)).containsExactly("replica_slow");
        assertThat(causes(changed, null).getFirst().message()).contains("node18");
    }

    private static MetricSummary scaled(MetricSummary m, double f) {
        return new MetricSummary(
                m.count(),
                m.mean() * f,
                m.std(),
                m.min() * f,
                m.p50() * f,
                m.p90() * f,
                m.p95() * f,
                m.p99() * f,
                m.p99_9() * f,
                m.max() * f);
    }

    @Test
    void clientsThatAreTheLimitAreNamedFirst() {
        sample.cpuShare = 0.97;
        sample.longestPauseNanos = 900_000_000;

        RunResult result = sample.result();
        assertThat(result.summary().valid()).isFalse();
        assertThat(codes(result)).first().isEqualTo("clients_are_the_limit");
    }

    @Test
    void theStackAddsUpToWhatTheClientsMeasured() {
        RunResult result = with((server, second) -> healthy(server, second));
        List<LatencyStack> stacks = new LatencyStacks(
                        result.summary(),
                        new ServerWindow(
                                result.serverMetrics(),
                                2,
                                SECONDS,
                                result.summary().requests().completed()))
                .stacks();

        assertThat(stacks).extracting(LatencyStack::metric).containsExactly("ttft_ms", "e2el_ms");
        for (LatencyStack stack : stacks) {
            assertThat(stack.meanMs())
                    .isEqualTo(Objects.requireNonNull(result.summary().metrics().get(stack.metric()))
                            .mean());
            assertThat(stack.sumMs()).isEqualTo(stack.meanMs(), within(0.02 * stack.meanMs()));
            assertThat(part(stack, "queue")).isEqualTo(0.2, within(0.001));
            assertThat(part(stack, "prefill")).isEqualTo(45, within(0.001));
            assertThat(part(stack, "server")).isEqualTo(6.8, within(0.001));
        }
        assertThat(part(stacks.get(1), "decode")).isEqualTo(500, within(0.001));
    }

    @Test
    void whatIsNotReportedStaysUnknown() {
        RunResult result = with((server, second) -> {
            server.more.put("prefill_time_s", 45 * second * 0.03);
            return server;
        });
        ServerWindow window = new ServerWindow(result.serverMetrics(), 0, SECONDS, 45 * (SECONDS - 1));
        LatencyStack ttft = new LatencyStacks(result.summary(), window).stacks().getFirst();

        assertThat(part(ttft, "prefill")).isEqualTo(30, within(0.01));
        assertThat(part(ttft, "unknown")).isEqualTo(ttft.meanMs() - 30, within(0.01));
        assertThat(ttft.parts()).extracting(LatencyPart::name).doesNotContain("network", "queue");
    }

    private static double part(LatencyStack stack, String name) {
        return stack.parts().stream()
                .filter(part -> part.name().equals(name))
                .mapToDouble(LatencyPart::meanMs)
                .findFirst()
                .orElse(Double.NaN);
    }

    @Test
    void theTextNamesEveryPartAndCause() {
        RunResult result = with((server, second) -> {
            healthy(server, second);
            server.preemptions = 3 * second;
            return server;
        });
        Explanation explanation = new Explanation(
                "vLLM",
                new LatencyStacks(result.summary(), new ServerWindow(result.serverMetrics(), 2, SECONDS, 900)).stacks(),
                causes(result, null));
        List<String> lines = ExplanationText.lines(result.summary().withExplanation(explanation), 80);

        assertThat(String.join("\n", lines))
                .contains(
                        "Where the time went: mean TTFT",
                        "queue",
                        "prefill",
                        "What limits it",
                        "\n  preemptions\n    The server preempted");
        assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(86));
    }
}
