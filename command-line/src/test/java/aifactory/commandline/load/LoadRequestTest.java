package aifactory.commandline.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.configuration.OptionDefaults;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.session.Interruption;
import aifactory.commandline.session.Session;
import aifactory.measurement.MonotonicClock;
import aifactory.protocol.WorkloadRequest;
import aifactory.workload.ArrivalPattern;
import aifactory.workload.Conversation;
import aifactory.workload.DatasetReference;
import aifactory.workload.LengthDistribution;
import aifactory.workload.LengthDistribution.Shape;
import aifactory.workload.RateStep;
import aifactory.workload.RateStep.RampShape;
import aifactory.workload.SharedPrefix;
import aifactory.workload.TlsSettings;
import aifactory.workload.WorkloadSpecification;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class LoadRequestTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @Test
    void readsTheNamesThatUsersOfOtherToolsKnow() {
        WorkloadRequest load =
                request("--num-prompts=100", "--max-concurrency=7", "--random-input-len=300", "--random-output-len=20");
        WorkloadSpecification specification = LoadRequest.resolve(load, 2);

        assertThat(specification.requestCount()).isEqualTo(100);
        assertThat(specification.concurrency()).isEqualTo(7);
        assertThat(specification.inputLength()).isEqualTo(LengthDistribution.constant(300));
        assertThat(specification.outputLength()).isEqualTo(LengthDistribution.constant(20));
        assertThat(specification.arrivalPattern()).isEqualTo(ArrivalPattern.CLOSED);
        assertThat(specification.duration()).isNull();
    }

    @Test
    void multipliesByTheClientsWhenAskedTo() {
        WorkloadSpecification specification =
                LoadRequest.resolve(request("--request-rate=10", "--per-client", "--duration=30"), 4);

        assertThat(specification.requestRate()).isEqualTo(40);
        assertThat(specification.duration()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void readsEveryKindOfOption() {
        WorkloadRequest load = request(
                "--model=m",
                "--no-streaming",
                "--request-rate=2.5",
                "--arrival-pattern=gamma",
                "--burstiness=0.5",
                "--warmup=5s",
                "--isl=100",
                "--isl-stddev=20",
                "--ignore-eos",
                "--goodput=ttft:200 tpot:50",
                "--header=X-Team: blue",
                "--extra-body={\"top_k\": 5}",
                "--seed=42",
                "--timeout=2m");

        assertThat(load.model()).isEqualTo("m");
        assertThat(load.streaming()).isFalse();
        assertThat(load.requestRate()).isEqualTo(2.5);
        assertThat(load.arrivalPattern()).isEqualTo(ArrivalPattern.GAMMA);
        assertThat(load.burstiness()).isEqualTo(0.5);
        assertThat(load.warmup()).isEqualTo(Duration.ofSeconds(5));
        assertThat(load.ignoreEos()).isTrue();
        assertThat(load.goodput()).isEqualTo(Map.of("ttft", 200.0, "tpot", 50.0));
        assertThat(load.headers()).isEqualTo(Map.of("X-Team", "blue"));
        assertThat(load.extraBody()).isEqualTo(Map.of("top_k", 5));
        assertThat(load.seed()).isEqualTo(42);
        assertThat(load.timeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(LoadRequest.resolve(load, 1).inputLength()).isEqualTo(LengthDistribution.normal(100, 20));
    }

    @Test
    void readsEveryCourseOfARate() {
        assertThat(LoadRequest.resolve(request("--steps=10:30s 10..80:1m:exponential, 80:1.5s"), 1)
                        .steps())
                .containsExactly(
                        new RateStep(10, null, RampShape.LINEAR, Duration.ofSeconds(30)),
                        new RateStep(10, 80.0, RampShape.EXPONENTIAL, Duration.ofSeconds(60)),
                        new RateStep(80, null, RampShape.LINEAR, Duration.ofMillis(1500)));
        assertThat(LoadRequest.resolve(request("--request-rate=9", "--ramp-up=5", "--duration=5"), 1)
                        .steps())
                .containsExactly(new RateStep(0, 9.0, RampShape.LINEAR, Duration.ofSeconds(5)));
        assertThat(LoadRequest.resolve(
                                request(
                                        "--ramp-up-strategy=exponential",
                                        "--ramp-up-start-rps=1",
                                        "--ramp-up-end-rps=20",
                                        "--duration=8"),
                                1)
                        .steps())
                .containsExactly(new RateStep(1, 20.0, RampShape.EXPONENTIAL, Duration.ofSeconds(8)));
    }

    @Test
    void readsEveryDistributionOfLengths() {
        assertThat(inputLength("--isl=100", "--isl-stddev=30", "--isl-distribution=lognormal", "--isl-max=400"))
                .isEqualTo(new LengthDistribution(Shape.LOGNORMAL, 100, 30, 1, 400));
        assertThat(inputLength("--isl-min=10", "--isl-max=20"))
                .isEqualTo(new LengthDistribution(Shape.UNIFORM, 15, 0, 10, 20));
        assertThat(inputLength("--isl=100", "--random-range-ratio=0.25"))
                .isEqualTo(new LengthDistribution(Shape.UNIFORM, 100, 0, 75, 125));
    }

    @Test
    void completesADatasetByItsFormatItsChecksumAndTheEndOfItsTrace() throws IOException {
        Path trace = Files.writeString(directory.resolve("trace.jsonl"), """
                {"timestamp": 50, "input_length": 600, "output_length": 5, "hash_ids": [1, 2]}
                {"timestamp": 3050, "input_length": 300, "output_length": 5, "hash_ids": [1]}
                """);
        WorkloadSpecification specification =
                LoadRequest.resolve(request("--dataset=trace.jsonl", "--fixed-schedule"), 2);

        assertThat(specification.arrivalPattern()).isEqualTo(ArrivalPattern.TRACE);
        assertThat(specification.duration()).isEqualTo(Duration.ofMillis(3002));
        DatasetReference dataset = Objects.requireNonNull(specification.dataset());
        assertThat(dataset.format()).isEqualTo(DatasetReference.Format.MOONCAKE);
        assertThat(dataset.path()).isEqualTo(trace.toString());
        assertThat(dataset.sha256()).hasSize(64);
    }

    @Test
    void takesTheFilesOfABenchmarkFileRelativeToIt() throws IOException {
        Files.writeString(directory.resolve("prompts.jsonl"), "\"hello\"\n");
        BenchmarkFile file = file("workload: {dataset: prompts.jsonl, concurrency: 1}");

        DatasetReference dataset = Objects.requireNonNull(
                LoadRequest.of(session(), new LoadOptions(), file).dataset());
        assertThat(dataset.path()).isEqualTo(directory.resolve("prompts.jsonl").toString());
        assertThat(dataset.format()).isEqualTo(DatasetReference.Format.JSONL);
    }

    @Test
    void readsPrefixesAndSessions() {
        WorkloadSpecification specification = LoadRequest.resolve(
                request(
                        "--prefix-tokens=100",
                        "--prefix-count=3",
                        "--session-turns-mean=4",
                        "--session-turn-delay-mean=250"),
                1);

        assertThat(specification.sharedPrefix()).isEqualTo(new SharedPrefix(3, 100));
        assertThat(specification.conversation())
                .isEqualTo(new Conversation(LengthDistribution.constant(4), Duration.ofMillis(250), Duration.ZERO));
    }

    private LengthDistribution inputLength(String... arguments) {
        return LoadRequest.resolve(request(arguments), 1).inputLength();
    }

    @Test
    void takesOptionsFromTheEnvironmentWhereTheyAreNotGiven() {
        Map<String, String> environment = Map.of(
                "AIFACTORY_REQUEST_RATE", "30",
                "AIFACTORY_SEED", "5",
                "AIFACTORY_IGNORE_EOS", "true",
                "AIFACTORY_STREAMING", "false",
                "AIFACTORY_REQUEST_COUNT", "9");
        Session session = session(environment);
        LoadOptions options = options(session, "--seed=6", "--ignore-eos", "--streaming");
        WorkloadRequest load = LoadRequest.of(session, options, BenchmarkFile.empty());

        assertThat(load.requestRate()).isEqualTo(30);
        assertThat(load.seed()).isEqualTo(6);
        assertThat(load.ignoreEos()).isTrue();
        assertThat(load.streaming()).isTrue();
        assertThat(load.requestCount()).isEqualTo(9);
        assertThat(LoadRequest.of(session, options(session), BenchmarkFile.empty())
                        .streaming())
                .isFalse();
    }

    @Test
    void putsOptionsOverTheFile() throws IOException {
        BenchmarkFile file = file("""
                model: from-file
                workload:
                  request_rate: 40
                  duration: 60s
                  isl: {mean: 512, stddev: 128}
                """);
        WorkloadRequest load =
                LoadRequest.of(session(), options("--model=from-option", "--duration=10s", "--isl-stddev=64"), file);

        assertThat(load.model()).isEqualTo("from-option");
        assertThat(load.duration()).isEqualTo(Duration.ofSeconds(10));
        assertThat(load.requestRate()).isEqualTo(40);
        assertThat(LoadRequest.resolve(load, 1).inputLength()).isEqualTo(LengthDistribution.normal(512, 64));
    }

    @Test
    void readsAWholeFile() throws IOException {
        BenchmarkFile file = file("""
                ai_servers: [http://node17:8000, node18:8000]
                model: llama
                num_clients: 4
                time_limit: 15
                dispatcher: local
                workload:
                  arrival_pattern: poisson
                  request_rate: 40
                  seed: 7
                slo: {ttft_ms.p99: 500, tpot_ms.p95: 50}
                """);

        assertThat(file.aiServers()).map(Object::toString).containsExactly("http://node17:8000", "http://node18:8000");
        assertThat(file.numClients()).isEqualTo(4);
        assertThat(file.timeLimitMinutes()).isEqualTo(15);
        assertThat(file.serviceLevels()).hasSize(2);
        assertThat(LoadRequest.of(session(), new LoadOptions(), file).model()).isEqualTo("llama");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "num_client: 4 | unknown key 'num_client' in FILE: did you mean 'num_clients'?",
                "workload: {requst_rate: 4} | unknown key 'workload.requst_rate' in FILE: did you mean 'workload.request_rate'?",
                "workload: 5 | 'workload' in FILE cannot be 5: give a mapping",
                "num_clients: many | 'num_clients' in FILE cannot be \"many\"",
                "num_clients: 0 | 'num_clients' in FILE cannot be 0",
                "ai_servers: ftp://x | ai_servers in FILE: 'ftp://x' is not the address of an AI server",
                "slo: {ttft_ms.p98: 5} | slo in FILE: 'ttft_ms.p98': unknown statistic 'p98': did you mean p",
                "slo: {tfft_ms.p99: 5} | did you mean ttft_ms?",
                "dispatcher: slrm | dispatcher in FILE: 'slrm' is not known",
                "[1, 2] | benchmark file FILE is not a mapping",
            })
    void namesWhatIsWrongInAFile(String text, String expected) {
        assertThatThrownBy(() -> file(text))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(ExitCode.WRONG_INPUT))
                .hasMessageContaining(expected.replace(
                        "FILE", directory.resolve("benchmark.yaml").toString()));
    }

    @Test
    void namesTheKeyWhoseValueIsOfAnotherKind() throws IOException {
        BenchmarkFile file = file("workload: {request_rate: fast}");

        assertThatThrownBy(() -> LoadRequest.of(session(), new LoadOptions(), file))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("'request_rate' of the workload cannot be \"fast\"");
    }

    @Test
    void namesTheNearestOfAKeyWithinAKey() throws IOException {
        BenchmarkFile file = file("workload: {isl: {mean: 5, sttdev: 2}}");

        assertThatThrownBy(() -> LoadRequest.of(session(), new LoadOptions(), file))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("unknown key 'workload.isl.sttdev': did you mean 'stddev'?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--goodput=ttft | 'ttft' is not a limit",
                "--goodput=ttft:fast | 'ttft:fast' is not a limit",
                "--header=nonsense | 'nonsense' is not a header",
                "--header=Authorization: Bearer key | --api-key-file",
                "--extra-body=[1] | is not a JSON object",
                "--extra-body={ | is not JSON",
                "--api-key-file=/no/such/file | /no/such/file is not a file",
                "--tls-ca-file=/no/such/file | --tls-ca-file: /no/such/file is not a file",
                "--isl-stddev=5 | needs a mean",
                "--dataset=none.jsonl | none.jsonl does not exist on this node",
                "--dataset-format=jsonl | needs a file: give --dataset FILE as well",
                "--tokenizer=meta-llama/Llama-3 | meta-llama/Llama-3 does not exist on this node",
                "--prefix-count=3 | needs a length: give --prefix-tokens",
                "--steps=10 | '10' is not a step: write RATE:TIME",
                "--steps=10:fast | '10:fast'",
                "--steps=10..20..30:5s | is not a step",
            })
    void namesWhatIsWrongInAnOption(String option, String expected) {
        assertThatThrownBy(() -> request(option))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(expected);
    }

    @Test
    void takesTheFilesOfASecureServer() throws IOException {
        String file = Files.writeString(directory.resolve("ca.pem"), "any").toString();

        assertThat(request("--tls-ca-file=ca.pem").tls()).isEqualTo(new TlsSettings(file, null, null, null));
        assertThat(request("--insecure").tls()).isEqualTo(new TlsSettings(null, null, null, true));
        assertThatThrownBy(() -> LoadRequest.resolve(request("--tls-client-certificate=ca.pem"), 1))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("client_key");
        assertThatThrownBy(() -> LoadRequest.resolve(request("--tls-ca-file=ca.pem", "--tls-insecure"), 1))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("insecure trusts every server");
    }

    @Test
    void findsALoadThatCannotWorkBeforeAnythingIsStarted() {
        WorkloadRequest load = request("--arrival-pattern=poisson", "--warmup=60s", "--duration=10s");

        assertThatThrownBy(() -> LoadRequest.resolve(load, 1))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(ExitCode.WRONG_INPUT))
                .hasMessageContaining("request_rate")
                .hasMessageContaining("warmup");
    }

    private WorkloadRequest request(String... arguments) {
        return LoadRequest.of(session(), options(arguments), BenchmarkFile.empty());
    }

    private LoadOptions options(String... arguments) {
        return options(session(), arguments);
    }

    private static LoadOptions options(Session session, String... arguments) {
        @CommandLine.Command
        final class Holder {
            @CommandLine.Mixin
            final LoadOptions options = new LoadOptions();
        }
        Holder holder = new Holder();
        new CommandLine(holder)
                .setDefaultValueProvider(new OptionDefaults(Configuration.of(session), arguments))
                .parseArgs(arguments);
        return holder.options;
    }

    private BenchmarkFile file(String text) throws IOException {
        return BenchmarkFile.read(Files.writeString(directory.resolve("benchmark.yaml"), text));
    }

    private Session session() {
        return session(Map.of());
    }

    private Session session(Map<String, String> environment) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        return new Session(
                environment,
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
