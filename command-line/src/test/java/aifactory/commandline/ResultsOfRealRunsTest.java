package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import aifactory.protocol.Finding;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunSummary;
import aifactory.protocol.WorkloadRequest;
import aifactory.reporting.ResultTable;
import aifactory.reporting.RunFormat;
import aifactory.simulator.FaultSpecification;
import aifactory.simulator.SimulatorOptions;
import aifactory.simulator.server.InferenceSimulator;
import aifactory.workload.ModelMix;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From a workload as users write it to the table that they read. */
@Timeout(120)
class ResultsOfRealRunsTest {
    private static SimulatorOptions simulated(String... faults) {
        return SimulatorOptions.defaults()
                .withPort(0)
                .withModel("m")
                .withLatencies(Duration.ofMillis(1), Duration.ofNanos(10_000))
                .withFaults(Stream.of(faults).map(FaultSpecification::parse).toList());
    }

    private static RunResult run(String workload, SimulatorOptions options) throws Exception {
        try (InferenceSimulator server = InferenceSimulator.start(options)) {
            return RealRun.of(workload, List.of(server.address()));
        }
    }

    private static String table(RunResult result) {
        return ResultTable.render(result.summary(), 200, false);
    }

    @Test
    void theShareOfValidDocumentsIsReported() throws Exception {
        String workload = """
                {"concurrency": 4, "request_count": 200, "isl": 8, "osl": 100, "model": "m", "failure_backoff": false,
                 "extra_body": {"response_format": {"type": "json_schema", "json_schema": {"name": "person", "schema":
                   {"type": "object", "required": ["name", "age"], "properties": {"name": {"type": "string"},
                    "age": {"type": "integer"}}}}}}}""";
        RunResult result = run(workload, simulated("invalid-document:every=4"));
        assertThat(result.summary().requests().documents()).isEqualTo(new RunSummary.Documents(200, 150, 0.75));
        assertThat(result.perTarget().getFirst().documents()).isEqualTo(new RunSummary.Documents(200, 150, 0.75));
        assertThat(table(result)).contains("Documents   75 % (150 of 200) are valid by the requested JSON Schema\n");
        assertThat(result.summary().allFindings()).extracting(Finding::code).doesNotContain("ended_early");
    }

    @Test
    void documentsThatTheTokenLimitCutsAreNotValid() throws Exception {
        String workload = """
                {"concurrency": 4, "request_count": 20, "isl": 8, "osl": 2, "model": "m",
                 "extra_body": {"response_format": {"type": "json_object"}, "guided_json": {"required": ["a_long_name"]}}}""";
        RunResult result = run(workload.replace("\"response_format\": {\"type\": \"json_object\"}, ", ""), simulated());
        assertThat(result.summary().requests().documents()).isEqualTo(new RunSummary.Documents(20, 0, 0));
        assertThat(table(result)).contains("Documents   0 % (0 of 20)");
    }

    @Test
    void aRunThatAsksForNoDocumentsHasNone() throws Exception {
        RunResult result = run(
                "{\"concurrency\": 4, \"request_count\": 20, \"isl\": 8, \"osl\": 4, \"model\": \"m\"}", simulated());
        assertThat(result.summary().requests().documents()).isNull();
        assertThat(table(result)).doesNotContain("Documents").doesNotContain("Models");
    }

    /** The draws are those of the seed, so that the shares are exact; they are also within the limits of such draws. */
    @Test
    void aMixOfModelsHasResultsPerModel() throws Exception {
        int requests = 1_000;
        String workload = """
                {"concurrency": 8, "request_count": %d, "isl": 8, "osl": 4, "seed": 11,
                 "models": {"base": 0.7, "adapter": 0.3}}""".formatted(requests);
        RunResult result = run(workload, simulated().withModel("base,adapter"));
        List<RunResult.Part> parts = result.summary().models();
        assertThat(parts).extracting(RunResult.Part::name).containsExactly("base", "adapter");

        ModelMix mix = ModelMix.of(JsonFormat.mapper()
                        .readValue(workload, WorkloadRequest.class)
                        .toSpecification(1, null))
                .orElseThrow();
        long ofBase = LongStream.range(0, requests)
                .filter(index -> mix.of(index) == 0)
                .count();
        assertThat(parts).extracting(part -> part.requests().completed()).containsExactly(ofBase, requests - ofBase);
        // 99.9 % of such draws are within 3.3 standard deviations of the weight.
        double deviation = Math.sqrt(requests * 0.7 * 0.3);
        assertThat((double) ofBase).isCloseTo(700, within(3.3 * deviation));
        assertThat(parts).allSatisfy(part -> {
            assertThat(part.requests().outputTokens())
                    .isEqualTo(4 * part.requests().completed());
            assertThat(part.metrics()).containsKeys("ttft_ms", "e2el_ms");
        });
        assertThat(table(result))
                .contains("Models      base: " + ofBase / 10.0 + " % of requests, " + ofBase + " completed, 0 failed")
                .containsPattern("(?m)^            adapter: [0-9.]+ % of requests, ");
        assertThat(RunFormat.mapper().writeValueAsString(result.summary()))
                .contains("\"per_model\":[{\"number\":0,\"name\":\"base\"");
    }

    /** A server that lacks one of them: what fails belongs to that model. */
    @Test
    void failuresBelongToTheirModel() throws Exception {
        String workload = """
                {"concurrency": 2, "request_count": 100, "isl": 8, "osl": 4, "failure_backoff": false,
                 "models": {"base": 0.5, "missing": 0.5}}""";
        RunResult result = run(workload, simulated().withModel("base"));
        List<RunResult.Part> parts = result.summary().models();
        assertThat(parts.getFirst().requests().failed()).isZero();
        assertThat(parts.getFirst().requests().completed()).isPositive();
        assertThat(parts.getLast().requests().completed()).isZero();
        assertThat(parts.getLast().requests().errors()).containsOnlyKeys("http_client_error");
        assertThat(table(result)).contains("The model `missing` does not exist");
    }
}
