package aifactory.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.InvalidWorkloadException;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.WorkloadRequest;
import aifactory.workload.WorkloadSpecification;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class RepeatCommandTest {
    private static final List<String> TARGETS = List.of("http://a:8000", "http://b:8000");

    private static WorkloadSpecification load(String json) throws InvalidWorkloadException {
        return JsonFormat.mapper().readValue(json, WorkloadRequest.class).toSpecification(2, null);
    }

    @Test
    void saysEveryFigureOfTheLoad() throws InvalidWorkloadException {
        String json = """
            {"model": "it's a model", "request_rate": 12.5, "arrival_pattern": "gamma", "burstiness": 0.5, "concurrency": 64,
             "duration": "90s", "warmup": "5s", "isl": {"mean": 512, "stddev": 64}, "osl": 128, "ignore_eos": true, "seed": 7,
             "goodput": {"ttft": 200, "tpot": 20.5}, "headers": {"X-Key": "secret"}, "extra_body": {"top_k": 5}}
            """;

        assertThat(RepeatCommand.of(load(json), TARGETS, 2))
                .isEqualTo("aifactory benchmark --ai-server http://a:8000 --ai-server http://b:8000 --num-clients 2"
                        + " --endpoint chat --streaming --model 'it'\\''s a model' --isl 512 --isl-stddev 64 --osl 128"
                        + " --ignore-eos --header 'X-Key: VALUE' --extra-body '{\"top_k\":5}' --arrival-pattern gamma"
                        + " --request-rate 12.5 --burstiness 0.5 --concurrency 64 --duration 90s --warmup 5s"
                        + " --goodput 'tpot:20.5 ttft:200' --seed 7 --timeout 600s");
    }

    @Test
    void saysADefaultLoad() throws InvalidWorkloadException {
        assertThat(RepeatCommand.of(load("{}"), List.of("http://a:8000"), 2))
                .isEqualTo("aifactory benchmark --ai-server http://a:8000 --num-clients 2 --endpoint chat --streaming"
                        + " --isl 256 --osl 128 --concurrency 16 --duration 60s --seed 0 --timeout 600s");
    }

    /** The same file makes the same load, whatever it has. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"concurrency\": 2, \"think_time\": \"1s\", \"same_prompts\": true}",
                "{\"steps\": [{\"request_rate\": 5, \"duration\": \"10s\"},"
                        + " {\"request_rate\": 5, \"end_request_rate\": 50, \"growth\": \"exponential\", \"duration\": \"20s\"}]}",
                "{\"request_rate\": 20, \"burst_size\": 10, \"duration\": \"30s\", \"cooldown\": \"2s\", \"cancel_share\": 0.1}",
                "{\"request_rate\": 20, \"ramp_up\": \"10s\", \"duration\": \"30s\"}",
                "{\"concurrency\": 8, \"ramp_up\": \"10s\", \"duration\": \"30s\"}",
                "{\"concurrency\": 4, \"tls\": {\"insecure\": true}, \"isl\": {\"min\": 10, \"max\": 20},"
                        + " \"osl\": {\"distribution\": \"lognormal\", \"mean\": 50, \"stddev\": 10}, \"goodput\": {\"ttft\": 9.5}}",
                "{\"concurrency\": 4, \"conversation\": {\"turns\": {\"mean\": 4, \"stddev\": 1}, \"think_time\": \"2s\"},"
                        + " \"extra_body\": {\"stop\": \"it's\"}}"
            })
    void writesAFileForWhatOptionsCannotSay(String json) throws InvalidWorkloadException {
        WorkloadSpecification load = load(json);

        String commands = RepeatCommand.of(load, TARGETS, 2);

        assertThat(commands)
                .startsWith("cat > benchmark.yaml <<'END'\n")
                .endsWith("\nEND\naifactory benchmark -f benchmark.yaml");
        JsonNode file =
                JsonFormat.mapper().readTree(commands.substring(commands.indexOf('{'), commands.lastIndexOf("\nEND")));
        assertThat(file.path("ai_servers").get(0).asString()).isEqualTo(TARGETS.getFirst());
        assertThat(file.path("num_clients").asInt()).isEqualTo(2);
        assertThat(JsonFormat.mapper()
                        .treeToValue(file.path("workload"), WorkloadRequest.class)
                        .toSpecification(2, null))
                .isEqualTo(load);
    }

    @Test
    void keepsTheValuesOfHeadersOutOfTheFile() throws InvalidWorkloadException {
        String commands = RepeatCommand.of(
                load("{\"concurrency\": 2, \"think_time\": \"1s\", \"headers\": {\"X-Key\": \"secret\"}}"), TARGETS, 1);

        assertThat(commands).contains("\"X-Key\" : \"VALUE\"").doesNotContain("secret");
    }
}
