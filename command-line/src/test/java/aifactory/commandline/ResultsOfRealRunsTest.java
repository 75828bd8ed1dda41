package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.RunResult;
import aifactory.protocol.RunSummary;
import aifactory.reporting.ResultTable;
import aifactory.simulator.FaultSpecification;
import aifactory.simulator.InferenceSimulator;
import aifactory.simulator.SimulatorOptions;
import java.time.Duration;
import java.util.List;
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
}
