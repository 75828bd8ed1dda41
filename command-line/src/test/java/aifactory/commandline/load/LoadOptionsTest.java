package aifactory.commandline.load;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.session.Interruption;
import aifactory.commandline.session.Session;
import aifactory.measurement.MonotonicClock;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.WorkloadRequest;
import aifactory.reporting.RepeatCommand;
import aifactory.workload.WorkloadSpecification;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** Where each option of a load, under each of its names, ends in the request that is sent to the service. */
final class LoadOptionsTest {
    /** Names, a value, what else has to be given, the place in the request, the value there. */
    private static final String TABLE = """
            --model | m | | /model | "m"
            --model | base=0.7,org/adapter=0.3 | | /models/org~1adapter | 0.3
            --endpoint | completions | | /endpoint | "completions"
            --endpoint | messages | | /endpoint | "messages"
            --streaming | | | /streaming | true
            --no-streaming | | | /streaming | false
            --request-rate | 2.5 | | /request_rate | 2.5
            --arrival-pattern | constant | | /arrival_pattern | "constant"
            --burstiness --arrival-smoothness | 0.5 | | /burstiness | 0.5
            --burst-size | 4 | | /burst_size | 4
            --steps | 5:2s | | /steps/0/request_rate | 5.0
            --ramp-up --request-rate-ramp-duration --concurrency-ramp-duration | 3 | | /ramp_up/duration | "3s"
            --ramp-up-strategy | exponential | | /ramp_up/strategy | "exponential"
            --ramp-up-start-rps | 2 | | /ramp_up/start_request_rate | 2.0
            --ramp-up-end-rps | 9 | | /ramp_up/end_request_rate | 9.0
            --concurrency --max-concurrency | 7 | | /concurrency | 7
            --request-count --num-prompts --num-requests | 9 | | /request_count | 9
            --duration --benchmark-duration | 10 | | /duration | "10s"
            --warmup --warmup-duration | 1.5s | | /warmup | "1500ms"
            --cooldown | 2s | | /cooldown | "2s"
            --think-time | 5ms | | /think_time | "5ms"
            --cancel-share | 0.25 | | /cancel_share | 0.25
            --failure-backoff | | | /failure_backoff | true
            --no-failure-backoff | | | /failure_backoff | false
            --max-errors | 10 | | /max_errors | 10
            --max-error-rate | 0.5 | | /max_error_rate | 0.5
            --isl --random-input-len --synthetic-input-tokens-mean | 77 | | /isl/mean | 77.0
            --isl-stddev --synthetic-input-tokens-stddev | 5 | --isl=9 | /isl/stddev | 5.0
            --isl-distribution | lognormal | --isl=9 | /isl/distribution | "lognormal"
            --isl-min | 3 | --isl=9 | /isl/min | 3
            --isl-max | 30 | --isl=9 | /isl/max | 30
            --osl --random-output-len --output-tokens-mean | 77 | | /osl/mean | 77.0
            --osl-stddev --output-tokens-stddev | 5 | --osl=9 | /osl/stddev | 5.0
            --osl-distribution | uniform | --osl=9 | /osl/distribution | "uniform"
            --osl-min | 3 | --osl=9 | /osl/min | 3
            --osl-max | 30 | --osl=9 | /osl/max | 30
            --random-range-ratio | 0.5 | --osl=10 | /osl/max | 15
            --dataset --dataset-path --input-file | prompts.jsonl | | /dataset/format | "jsonl"
            --dataset-format --dataset-name --custom-dataset-type | jsonl | --dataset=prompts.jsonl | /dataset/format | "jsonl"
            --dataset-column | prompt | --dataset=prompts.jsonl | /dataset/column | "prompt"
            --max-bad-entries | 0.5 | --dataset=prompts.jsonl | /dataset/max_bad_entries | 0.5
            --trace-time-unit | S | --dataset=prompts.jsonl | /dataset/time_unit | "s"
            --trace-block-tokens | 16 | --dataset=prompts.jsonl | /dataset/block_tokens | 16
            --trace-speedup | 2.5 | --dataset=prompts.jsonl | /dataset/speedup | 2.5
            --trace-window | 10m..20m | --dataset=prompts.jsonl | /dataset/window | "10m..20m"
            --trace-scale | 0.5 | --dataset=prompts.jsonl | /dataset/scale | 0.5
            --trace-repeat | | --dataset=prompts.jsonl | /dataset/repeat | true
            --fixed-schedule | | | /arrival_pattern | "trace"
            --tokenizer --tokenizer-file | TOKENIZER | | /tokenizer_file | "TOKENIZER"
            --prefix-tokens --random-prefix-len --prefix-prompt-length | 50 | | /shared_prefix/tokens | 50
            --prefix-count --num-prefix-prompts --prefix-prompt-pool-size | 3 | --prefix-tokens=5 | /shared_prefix/count | 3
            --prefix-hit-rate | 0.6 | | /shared_prefix/hit_rate | 0.6
            --turns --session-turns-mean --conversation-turn-mean | 4 | | /conversation/turns/mean | 4.0
            --turns-stddev --session-turns-stddev --conversation-turn-stddev | 2 | --turns=4 | /conversation/turns/stddev | 2.0
            --turn-think-time | 2s | --turns=4 | /conversation/think_time | "2s"
            --session-turn-delay-mean --conversation-turn-delay-mean | 250 | --turns=4 | /conversation/think_time | "250ms"
            --session-turn-delay-stddev --conversation-turn-delay-stddev | 20 | --turns=4 | /conversation/think_time_stddev | "20ms"
            --multi-turn | | --dataset=prompts.jsonl | /conversation/turns | null
            --same-prompts | | | /same_prompts | true
            --ignore-eos | | | /ignore_eos | true
            --goodput | ttft:200 | | /goodput/ttft | 200.0
            --header | X-Team: blue | | /headers/X-Team | "blue"
            --extra-body | {"top_k": 5} | | /extra_body/top_k | 5
            --max-tokens-name | max_completion_tokens | | /max_tokens_name | "max_completion_tokens"
            --documents | 3 | --endpoint=rerank | /documents | 3
            --images --image-batch-size | 2 | | /images/count | 2
            --image-width --image-width-mean | 640 | --images=2 | /images/width | 640
            --image-height --image-height-mean | 480 | --images=2 | /images/height | 480
            --audio-clips --audio-batch-size | 2 | | /audio/count | 2
            --audio-length | 3s | --audio-clips=1 | /audio/duration | "3s"
            --tools | 12 | | /tools | 12
            --path | /v2/chat?v=1 | | /path | "/v2/chat?v=1"
            --proxy | http://proxy:3128 | | /proxy | "http://proxy:3128"
            --api-key-file | FILE | | /api_key_file | "FILE"
            --api-key-env | MY_KEY | | /api_key_env | "MY_KEY"
            --api-key-command | print-key | | /api_key_command | "print-key"
            --api-key-header | x-api-key | --api-key-env=K | /api_key_header | "x-api-key"
            --api-key-scheme | Basic | --api-key-env=K | /api_key_scheme | "Basic"
            --connection-reuse | | | /connection_reuse | true
            --no-connection-reuse | | | /connection_reuse | false
            --connection-lifetime | 5s | | /connection_lifetime | "5s"
            --connections-per-server | 4 | | /connections_per_server | 4
            --tls-ca-file | FILE | | /tls/ca_file | "FILE"
            --tls-client-certificate | FILE | | /tls/client_certificate | "FILE"
            --tls-client-key | FILE | | /tls/client_key | "FILE"
            --tls-insecure --insecure | | | /tls/insecure | true
            --seed --random-seed | 42 | | /seed | 42
            --timeout --request-timeout-seconds | 30 | | /timeout | "30s"
            --per-client | | | /per_client | true
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @Test
    void everyOptionEndsUnderEachOfItsNamesInTheRequest() throws Exception {
        Files.writeString(directory.resolve("prompts.jsonl"), "\"hello\"\n");
        Path file = Files.writeString(directory.resolve("some-file"), "key\n");
        String tokenizer = tokenizer().toString();
        for (String row : TABLE.lines().toList()) {
            String[] cells = row.replace("FILE", file.toString())
                    .replace("TOKENIZER", tokenizer)
                    .split("\\|", -1);
            for (String name : cells[0].strip().split(" ")) {
                List<String> arguments = new ArrayList<>();
                arguments.add(cells[1].isBlank() ? name : name + "=" + cells[1].strip());
                if (!cells[2].isBlank()) {
                    arguments.add(cells[2].strip());
                }
                assertThat(request(arguments).at(cells[3].strip()).toString())
                        .as("%s", arguments)
                        .isEqualTo(cells[4].strip());
            }
        }
    }

    @Test
    void theTableLeavesNoNameOut() {
        List<String> inTable = TABLE.lines()
                .flatMap(row ->
                        Arrays.stream(row.substring(0, row.indexOf('|')).strip().split(" ")))
                .toList();
        List<String> known = new CommandLine(new Holder())
                .getCommandSpec().options().stream()
                        .flatMap(option -> Arrays.stream(option.names()))
                        .toList();

        assertThat(inTable).containsAll(known);
    }

    /** The command in a result makes the load that the options made. */
    @Test
    void theCommandThatRepeatsARunHasTheSameOptions() throws Exception {
        Path file = Files.writeString(directory.resolve("some-file"), "key\n");
        List<String> repeated = new ArrayList<>();
        for (String row : TABLE.replace("FILE", file.toString()).lines().toList()) {
            String[] cells = row.split("\\|", -1);
            String name = cells[0].strip().split(" ")[0];
            if (row.contains("TOKENIZER") || row.contains("prompts.jsonl") || name.equals("--header")) {
                continue;
            }
            List<String> arguments = new ArrayList<>();
            arguments.add(cells[1].isBlank() ? name : name + "=" + cells[1].strip());
            if (!cells[2].isBlank()) {
                arguments.add(cells[2].strip());
            }
            if (List.of("--burst-size", "--ramp-up-strategy").contains(name)) {
                arguments.addAll(List.of("--request-rate=9", "--ramp-up-start-rps=1"));
            }
            WorkloadSpecification load;
            try {
                load = LoadRequest.resolve(workload(arguments), 1);
            } catch (CommandFailure refused) {
                continue; // makes sense with other options only
            }
            String command = RepeatCommand.of(load, List.of("http://a:8000"), 1);
            if (command.startsWith("aifactory benchmark") && !command.contains("'")) {
                repeated.add(name);
                List<String> words = List.of(command.split(" "));
                assertThat(LoadRequest.resolve(workload(words.subList(6, words.size())), 1))
                        .as(command)
                        .isEqualTo(load);
            }
        }

        assertThat(repeated).hasSizeGreaterThan(30).contains("--request-rate", "--isl-max", "--think-time");
    }

    private JsonNode request(List<String> arguments) {
        return JsonFormat.mapper().valueToTree(workload(arguments));
    }

    private WorkloadRequest workload(List<String> arguments) {
        Holder holder = new Holder();
        new CommandLine(holder).parseArgs(arguments.toArray(String[]::new));
        return LoadRequest.of(session(), holder.options, BenchmarkFile.empty());
    }

    @CommandLine.Command
    private static final class Holder {
        @CommandLine.Mixin
        private final LoadOptions options = new LoadOptions();
    }

    /** The smallest that the library takes: a token for each of two letters. */
    private Path tokenizer() throws IOException {
        return Files.writeString(directory.resolve("tokenizer.json"), """
                {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
                 "pre_tokenizer": null, "post_processor": null, "decoder": null,
                 "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
                  "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false,
                  "vocab": {"a": 0, "b": 1}, "merges": []}}
                """);
    }

    private Session session() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        return new Session(
                Map.of(),
                InputStream.nullInputStream(),
                nowhere,
                nowhere,
                false,
                false,
                directory,
                directory,
                directory,
                new Interruption(),
                MonotonicClock.SYSTEM,
                InstantSource.system());
    }
}
