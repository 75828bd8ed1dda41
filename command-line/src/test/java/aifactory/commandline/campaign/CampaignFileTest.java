package aifactory.commandline.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.load.BenchmarkSchema;
import aifactory.commandline.session.Interruption;
import aifactory.commandline.session.Session;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.dataformat.yaml.YAMLMapper;

final class CampaignFileTest {
    private static final Path EXAMPLES = Path.of("..", "examples", "campaigns");
    private static final String BASE =
            "ai_servers: [http://127.0.0.1:1]\nworkload: {request_rate: 5, duration: 10s, goodput: {ttft: 100}}\n";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    private final Session session = Session.ofThisProcess(new Interruption());

    private Campaign read(String more, boolean find) throws IOException {
        return CampaignFile.read(session, Files.writeString(directory.resolve("campaign.yaml"), BASE + more), find);
    }

    @Test
    void everyCombinationIsAStepInTheOrderOfTheFile() throws IOException {
        Campaign campaign = read("sweep: {request_rate: [1, 2.5], osl: [8, {mean: 16, stddev: 2}], repeats: 3}", false);
        assertThat(campaign.sweep())
                .extracting(CampaignStep::name)
                .containsExactly(
                        "request_rate=1 osl=8",
                        "request_rate=1 osl={\"mean\":16,\"stddev\":2}",
                        "request_rate=2.5 osl=8",
                        "request_rate=2.5 osl={\"mean\":16,\"stddev\":2}");
        assertThat(campaign.sweep().getLast().specification().requestRate()).isEqualTo(2.5);
        assertThat(campaign.repeats()).isEqualTo(3);
        assertThat(campaign.orderSeed()).isNull();
        assertThat(campaign.find()).isNull();
    }

    @Test
    void argumentsOfTheServerVaryAndChangeAsSeldomAsCanBe() throws IOException {
        Campaign campaign = CampaignFile.read(session, Files.writeString(directory.resolve("server.yaml"), """
                        server: {command: [serve, '{port}'], arguments: {eager: true, max_num_seqs: 1}, ready_timeout: 2m}
                        workload: {request_rate: 5, duration: 10s}
                        sweep: {request_rate: [1, 2], server.max_num_seqs: [8, 16], repeats: 1}
                        """), false);
        assertThat(campaign.sweep())
                .extracting(CampaignStep::name)
                .containsExactly(
                        "server.max_num_seqs=8 request_rate=1",
                        "server.max_num_seqs=8 request_rate=2",
                        "server.max_num_seqs=16 request_rate=1",
                        "server.max_num_seqs=16 request_rate=2");
        assertThat(campaign.sweep().getLast().serverArguments()).isEqualTo(Map.of("eager", true, "max_num_seqs", 16));
        assertThat(CampaignTime.minutes(campaign.sweep(), 4, Duration.ZERO, null, Duration.ofMinutes(2)))
                .as("two starts of servers, four runs, the start of the clients")
                .isEqualTo(2 * 2 + 2 + 5);
        assertThatThrownBy(() -> read("sweep: {server.max_num_seqs: [8]}", false))
                .hasMessageContaining("there is no server block");
    }

    @Test
    void stepsMayBeNamedOneByOneEachWithItsClients() throws IOException {
        Campaign campaign = read(
                "sweep: {steps: [{num_clients: 2, request_rate: 4}, {num_clients: 8, duration: 5s}], order: random}",
                false);
        assertThat(campaign.sweep()).extracting(CampaignStep::numClients).containsExactly(2, 8);
        assertThat(campaign.orderSeed()).isNotNull();
    }

    @Test
    void aPauseBetweenTheStepsIsPartOfTheTimeOfTheGroup() throws IOException {
        Campaign campaign = read("sweep: {duration: [60s, 20m], pause: 90s}", false);
        assertThat(campaign.pause()).isEqualTo(Duration.ofSeconds(90));
        assertThat(CampaignTime.minutes(campaign.sweep(), 2, campaign.pause(), null, Duration.ZERO))
                .isEqualTo(30);
        assertThat(read("find_capacity: {max: 64, slo: {ttft_ms.p95: 400}, pause: 5s}", true)
                        .pause())
                .isEqualTo(Duration.ofSeconds(5));
        assertThat(read("sweep: {duration: [1s, 2s]}", false).pause()).isZero();
        for (String pause : List.of("30", "-1s", "9m", "soon", "[1s]")) {
            assertRefused("sweep: {duration: [1s, 2s], pause: " + pause + "}", false, "sweep.pause", "0s to 8m");
        }
    }

    @Test
    void aSearchHasItsBoundsAndTargets() throws IOException {
        Campaign campaign = read(
                "find_capacity: {vary: concurrency, min: 2, max: 64, slo: {ttft_ms.p95: 400}, attainment: 0.99, max_failed_share: 0.02, max_clients: 4}\n"
                        .replace("vary: concurrency, min: 2, max: 64", "min: 2, max: 64.5"),
                true);
        CapacityTargets find = campaign.find();
        assertThat(find).isNotNull();
        assertThat(find.vary()).isEqualTo("request_rate");
        assertThat(find.bounds().highest()).isEqualTo(64.5);
        assertThat(find.attainment()).isEqualTo(0.99);
        assertThat(find.maxFailedShare()).isEqualTo(0.02);
        assertThat(find.maxClients()).isEqualTo(4);
        assertThat(CampaignFile.searchStep(session, directory.resolve("campaign.yaml"), campaign, 12.5, 2)
                        .specification()
                        .requestRate())
                .isEqualTo(12.5);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "sweep: {reqest_rate: [1]} | 'sweep.reqest_rate' | did you mean 'sweep.request_rate'",
                "swep: {request_rate: [1]} | 'swep' | did you mean 'sweep'",
                "sweep: {request_rate: 5} | 'sweep.request_rate' | give a list of values",
                "sweep: {request_rate: []} | 'sweep.request_rate' | give a list of values",
                "sweep: {request_rate: [-1]} | request_rate | ",
                "sweep: {num_clients: [0]} | 'sweep.num_clients' | from 1 to 10000",
                "sweep: {num_clients: [99999999999999999999]} | 'sweep.num_clients' | from 1 to 10000",
                "sweep: {repeats: 3} | varies nothing | give lists of values",
                "sweep: {request_rate: [1], repeats: 0} | 'sweep.repeats' | from 1 to 100",
                "sweep: {request_rate: [1], order: chance} | 'sweep.order' | 'given' or 'random'",
                "sweep: {request_rate: [1], order_seed: 3} | 'sweep.order_seed' | with order: random",
                "sweep: {steps: []} | 'sweep.steps' | give a list of mappings",
                "sweep: {steps: [{}]} | 'sweep.steps' | mapping of keys to values",
                "sweep: {steps: [{osl: 1}], isl: [2]} | 'sweep.isl' | put it there",
                "sweep: {steps: [{steps: [1]}]} | 'sweep.steps.steps' | ",
                "sweep: {concurrency: [4]} | 'sweep.concurrency' | would only cap it",
                "sweep: 5 | 'sweep' | give lists of values",
                "find_capacity: {max: 5, slo: {ttft_ms.p99: 1}} | has no 'sweep' | --find-capacity",
                "slo: {ttft_ms.p99: 1} | has no 'sweep' | aifactory benchmark -f",
            })
    void whatIsWrongInASweepIsNamedWithItsRemedy(String more, String what, String remedy) {
        assertRefused(more, false, what, remedy);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "sweep: {request_rate: [1]} | 'find_capacity' | is missing",
                "find_capacity: 3 | 'find_capacity' | is no mapping",
                "find_capacity: {maks: 5} | 'find_capacity.maks' | did you mean 'find_capacity.max'",
                "find_capacity: {slo: {ttft_ms.p99: 1}} | 'find_capacity.max' | left out",
                "find_capacity: {max: 0, slo: {ttft_ms.p99: 1}} | 'find_capacity.max' | greater than 0",
                "find_capacity: {max: .nan, slo: {ttft_ms.p99: 1}} | 'find_capacity.max' | greater than 0",
                "find_capacity: {min: 9, max: 5, slo: {ttft_ms.p99: 1}} | 'find_capacity.max' | below min",
                "find_capacity: {max: 5, vary: osl, slo: {ttft_ms.p99: 1}} | 'find_capacity.vary' | request_rate, concurrency",
                "find_capacity: {max: 5, vary: concurrency, slo: {ttft_ms.p99: 1}} | 'find_capacity.vary' | only cap",
                "find_capacity: {max: 5, precision: 0.9, slo: {ttft_ms.p99: 1}} | 'find_capacity.precision' | up to 0.5",
                "find_capacity: {max: 5, max_steps: 0, slo: {ttft_ms.p99: 1}} | 'find_capacity.max_steps' | from 1",
                "find_capacity: {max: 5} | has no targets | slo: {ttft_ms.p99: 500}",
                "find_capacity: {max: 5, max_failed_share: 1, slo: {ttft_ms.p99: 1}} | 'find_capacity.max_failed_share' | from 0 to less than 1",
                "find_capacity: {max: 5, max_failed_share: -0.1, slo: {ttft_ms.p99: 1}} | 'find_capacity.max_failed_share' | from 0 to less than 1",
                "find_capacity: {max: 5, max_failed_share: few, slo: {ttft_ms.p99: 1}} | 'find_capacity.max_failed_share' | from 0 to less than 1",
                "find_capacity: {max: 5, attainment: 1.5} | 'find_capacity.attainment' | from 0 to 1",
                "find_capacity: {max: 5, slo: {ttf_ms.p99: 1}} | metric 'ttf_ms' | did you mean",
                "find_capacity: {max: 5, slo: {ttft_ms.p98: 1}} | statistic 'p98' | did you mean",
                "find_capacity: {max: 5, slo: {ttft_ms.p50: 900, ttft_ms.p99: 500}} | contradict | ttft_ms.p50",
            })
    void whatIsWrongInASearchIsNamedWithItsRemedy(String more, String what, String remedy) {
        assertRefused(more, true, what, remedy);
    }

    @Test
    void twoLimitsOnOneFigureContradictEachOther() {
        assertRefused(
                "slo: {ttft_ms.p99: 300}\nfind_capacity: {max: 5, slo: {ttft_ms.p99: 500}}",
                true,
                "contradict",
                "300.0 ms in slo");
    }

    @Test
    void tooManyStepsAreRefusedBeforeTheyAreMade() {
        String many = "[" + "1, ".repeat(200) + "1]";
        assertRefused(
                "sweep: {osl: " + many + ", isl: " + many + ", seed: " + many + "}",
                false,
                "more than 1000 steps",
                "fewer values");
    }

    private void assertRefused(String more, boolean find, String what, String remedy) {
        assertThatThrownBy(() -> read(more.replace("\\n", "\n"), find))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining(what)
                .hasMessageContaining(remedy == null ? "" : remedy)
                .extracting(failure -> ((CommandFailure) failure).exitCode())
                .isEqualTo(ExitCode.WRONG_INPUT);
    }

    @Test
    void aStepThatDoesNotFitIntoTheTimeLimitIsRefusedWithTheArithmetic() throws IOException {
        Campaign campaign = read("sweep: {duration: [60s, 20m]}", false);
        assertThat(CampaignTime.minutes(campaign.sweep(), 2, Duration.ZERO, null, Duration.ZERO))
                .isEqualTo(27);
        assertThatThrownBy(() -> CampaignTime.minutes(campaign.sweep(), 2, Duration.ZERO, 20L, Duration.ZERO))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("'duration=20m' does not fit into time_limit 20")
                .hasMessageContaining("it takes 1215 s")
                .hasMessageContaining("26 min");
    }

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyExampleFollowsTheSchemaAndCanWork(Path example) throws IOException {
        String json = YAMLMapper.shared().readTree(Files.readString(example)).toString();
        assertThat(SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(BenchmarkSchema.campaignText(), InputFormat.JSON)
                        .validate(json, InputFormat.JSON))
                .isEmpty();
        boolean find = json.contains("find_capacity");
        Campaign campaign = CampaignFile.read(session, example, find);
        assertThat(campaign.find() != null).isEqualTo(find);
        assertThat(campaign.sweep()).isNotEmpty();
    }

    @Test
    void thereIsAnExampleOfEachKindOfCampaign() throws IOException {
        assertThat(examples()).hasSizeGreaterThanOrEqualTo(6);
    }
}
