package aifactory.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.InvalidWorkloadException;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.WorkloadRequest;
import aifactory.workload.WorkloadSpecification;
import java.util.List;
import org.junit.jupiter.api.Test;

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
                .contains("aifactory benchmark --ai-server http://a:8000 --ai-server http://b:8000 --num-clients 2"
                        + " --endpoint chat --streaming --model 'it'\\''s a model' --isl 512 --isl-stddev 64 --osl 128"
                        + " --ignore-eos --header 'X-Key: VALUE' --extra-body '{\"top_k\":5}' --arrival-pattern gamma"
                        + " --request-rate 12.5 --burstiness 0.5 --concurrency 64 --duration 90s --warmup 5s"
                        + " --goodput 'tpot:20.5 ttft:200' --seed 7 --timeout 600s");
    }

    @Test
    void saysADefaultLoad() throws InvalidWorkloadException {
        assertThat(RepeatCommand.of(load("{}"), List.of("http://a:8000"), 2))
                .contains("aifactory benchmark --ai-server http://a:8000 --num-clients 2 --endpoint chat --streaming"
                        + " --isl 256 --osl 128 --concurrency 16 --duration 60s --seed 0 --timeout 600s");
    }

    @Test
    void saysNothingOfWhatOptionsCannotSay() throws InvalidWorkloadException {
        assertThat(RepeatCommand.of(load("{\"concurrency\": 2, \"think_time\": \"1s\"}"), TARGETS, 1))
                .isEmpty();
        assertThat(RepeatCommand.of(load("{\"concurrency\": 2, \"same_prompts\": true}"), TARGETS, 1))
                .isEmpty();
    }
}
