package aifactory.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.InvalidWorkloadException;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.WorkloadRequest;
import aifactory.workload.WorkloadSpecification;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
                        + " --endpoint chat --streaming --model 'it'\\''s a model' --arrival-pattern gamma"
                        + " --request-rate 12.5 --burstiness 0.5 --concurrency 64 --duration 90s --warmup 5s --isl 512"
                        + " --isl-stddev 64 --osl 128 --ignore-eos --timeout 600s --header 'X-Key: VALUE'"
                        + " --extra-body '{\"top_k\":5}' --seed 7 --goodput 'tpot:20.5 ttft:200'");
    }

    @Test
    void saysADefaultLoad() throws InvalidWorkloadException {
        assertThat(RepeatCommand.of(load("{}"), List.of("http://a:8000"), 2))
                .isEqualTo("aifactory benchmark --ai-server http://a:8000 --num-clients 2 --endpoint chat --streaming"
                        + " --concurrency 16 --duration 60s --isl 256 --osl 128 --timeout 600s --seed 0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"think_time\": \"1s\", \"same_prompts\": true} | --think-time 1s --timeout 600s --seed 0 --same-prompts",
                "{\"request_rate\": 20, \"burst_size\": 10, \"cooldown\": \"2s\", \"cancel_share\": 0.1}"
                        + " | --request-rate 20 --burst-size 10 --duration 60s --cooldown 2s --isl 256 --osl 128"
                        + " --cancel-share 0.1",
                "{\"concurrency\": 8, \"ramp_up\": \"10s\"} | --concurrency 8 --ramp-up 10s --duration 60s",
                "{\"tls\": {\"insecure\": true}, \"isl\": {\"min\": 10, \"max\": 20}}"
                        + " | --isl-distribution uniform --isl-min 10 --isl-max 20 --osl 128 --timeout 600s --tls-insecure",
                "{\"osl\": {\"distribution\": \"lognormal\", \"mean\": 50, \"stddev\": 10, \"max\": 99}}"
                        + " | --osl-distribution lognormal --osl 50 --osl-stddev 10 --osl-max 99",
                "{\"conversation\": {\"turns\": {\"mean\": 4, \"stddev\": 1}, \"think_time\": \"2s\"}}"
                        + " | --turns 4 --turns-stddev 1 --turn-think-time 2s",
                "{\"shared_prefix\": {\"count\": 2, \"tokens\": 50}} | --prefix-count 2 --prefix-tokens 50",
                "{\"failure_backoff\": false, \"max_errors\": 3} | --no-failure-backoff --max-errors 3",
            })
    void writesEveryKeyThatHasAnOptionAsOne(String json, String options) throws InvalidWorkloadException {
        assertThat(RepeatCommand.of(load(json), TARGETS, 2))
                .startsWith("aifactory benchmark ")
                .contains(options);
    }

    /** The file defines the same load. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"steps\": [{\"request_rate\": 5, \"duration\": \"10s\"},"
                        + " {\"request_rate\": 5, \"end_request_rate\": 50, \"growth\": \"exponential\", \"duration\": \"20s\"}]}",
                "{\"request_rate\": 20, \"ramp_up\": \"10s\", \"duration\": \"30s\"}",
                "{\"concurrency\": 4, \"isl\": {\"mean\": 10.5, \"stddev\": 2}}",
                "{\"concurrency\": 4, \"conversation\": {\"turns\": {\"min\": 2, \"max\": 5}, \"think_time_stddev\": \"2s\"},"
                        + " \"extra_body\": {\"stop\": \"it's\", \"top_k\": null}}",
                "{\"concurrency\": 4, \"streaming\": false, \"endpoint\": \"template\", \"template\": {\"path\": \"/generate\","
                        + " \"body\": \"{}\", \"content_pointer\": \"/text\"}}",
                "{\"dataset\": {\"format\": \"jsonl\", \"path\": \"/p\", \"sha256\":"
                        + " \"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}}"
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
                load(
                        "{\"steps\": [{\"request_rate\": 5, \"duration\": \"10s\"}], \"headers\": {\"X-Key\": \"secret\"}}"),
                TARGETS,
                1);

        assertThat(commands).contains("\"X-Key\" : \"VALUE\"").doesNotContain("secret");
    }
}
