package aifactory.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.ConnectionSettings;
import aifactory.workload.Conversation;
import aifactory.workload.LengthDistribution;
import aifactory.workload.RateStep;
import aifactory.workload.RateStep.RampShape;
import aifactory.workload.RequestPayload;
import aifactory.workload.ServerAccess;
import aifactory.workload.WorkloadProblem;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.arrival.ArrivalSchedule;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class WorkloadRequestTest {
    @Test
    void anEmptyRequestIsTheDefaultLoad() throws InvalidWorkloadException {
        WorkloadSpecification specification = WorkloadRequest.empty().toSpecification(4, null);

        WorkloadSpecification.Builder expected = new WorkloadSpecification.Builder();
        expected.concurrency = 32;
        expected.duration = Duration.ofMinutes(1);
        expected.inputLength = LengthDistribution.constant(256);
        expected.outputLength = LengthDistribution.constant(128);
        expected.timeout = Duration.ofMinutes(10);
        assertThat(specification).isEqualTo(expected.build());
    }

    @Test
    void theDefaultDurationFitsIntoWhatIsLeft() throws InvalidWorkloadException {
        assertThat(WorkloadRequest.empty()
                        .toSpecification(1, Duration.ofSeconds(20))
                        .duration())
                .isEqualTo(Duration.ofSeconds(20));
        assertThat(WorkloadRequest.empty()
                        .toSpecification(1, Duration.ofHours(1))
                        .duration())
                .isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void theContractsExampleIsReadAsItStands() throws InvalidWorkloadException {
        WorkloadSpecification specification = read("""
                {"endpoint": "chat", "streaming": true, "arrival_pattern": "poisson", "request_rate": 40, "duration": "60s",
                 "warmup": "10s", "isl": {"mean": 512, "stddev": 128}, "osl": 128, "seed": 7}
                """).toSpecification(4, null);

        assertThat(specification.arrivalPattern()).isEqualTo(ArrivalPattern.POISSON);
        assertThat(specification.requestRate()).isEqualTo(40);
        assertThat(specification.warmup()).isEqualTo(Duration.ofSeconds(10));
        assertThat(specification.inputLength()).isEqualTo(LengthDistribution.normal(512, 128));
        assertThat(specification.outputLength()).isEqualTo(LengthDistribution.constant(128));
        assertThat(specification.concurrency()).isNull();
    }

    @Test
    void aRateAloneIsPoissonAndPerClientMultiplies() throws InvalidWorkloadException {
        WorkloadSpecification specification =
                read("{\"request_rate\": 2.5, \"request_count\": 10, \"per_client\": true}")
                        .toSpecification(8, null);

        assertThat(specification.arrivalPattern()).isEqualTo(ArrivalPattern.POISSON);
        assertThat(specification.requestRate()).isEqualTo(20);
        assertThat(specification.requestCount()).isEqualTo(80);
        assertThat(specification.duration()).isNull();
    }

    @Test
    void aRampGrowsToTheRateAndStaysThere() throws InvalidWorkloadException {
        assertThat(read("{\"request_rate\": 50, \"ramp_up\": \"10s\", \"duration\": \"30s\"}")
                        .toSpecification(2, null)
                        .steps())
                .containsExactly(
                        new RateStep(0, 50.0, RampShape.LINEAR, Duration.ofSeconds(10)),
                        new RateStep(50, null, RampShape.LINEAR, Duration.ofSeconds(20)));
        assertThat(read("{\"request_rate\": 5, \"ramp_up\": {\"duration\": \"10s\", \"start_request_rate\": 1},"
                                + " \"request_count\": 900, \"per_client\": true}")
                        .toSpecification(2, null)
                        .steps())
                .containsExactly(
                        new RateStep(2, 10.0, RampShape.LINEAR, Duration.ofSeconds(10)),
                        new RateStep(10, null, RampShape.LINEAR, null));
    }

    @Test
    void aRampWithoutADurationTakesTheWholeRun() throws InvalidWorkloadException {
        String ramp =
                "\"ramp_up\": {\"strategy\": \"exponential\", \"start_request_rate\": 10, \"end_request_rate\": 100}";

        assertThat(read("{" + ramp + ", \"duration\": \"30s\"}")
                        .toSpecification(1, null)
                        .steps())
                .containsExactly(new RateStep(10, 100.0, RampShape.EXPONENTIAL, Duration.ofSeconds(30)));
        WorkloadSpecification counted =
                read("{" + ramp + ", \"request_count\": 900}").toSpecification(1, null);
        // The integral of the rate over the ramp is (100 - 10) / (ln 10 / T).
        assertThat(counted.steps().getFirst().duration()).isEqualTo(Duration.ofNanos(Math.round(10e9 * Math.log(10))));
        assertThat(counted.duration()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // 50 requests in the ramp of 10 s from 0 to 10, 100 in the 10 s after it.
                "{'arrival_pattern': 'constant', 'request_rate': 10, 'ramp_up': '10s', 'duration': '20s'} | 150",
                "{'arrival_pattern': 'constant', 'request_rate': 10, 'ramp_up': '10s', 'request_count': 170} | 170",
                "{'arrival_pattern': 'constant', 'ramp_up': {'strategy': 'linear', 'end_request_rate': 20}, 'duration': '10s'} | 100",
                "{'arrival_pattern': 'constant', 'steps': [{'request_rate': 0, 'end_request_rate': 20, 'duration': '10s'}]} | 100",
                "{'arrival_pattern': 'constant', 'steps': [{'request_rate': 20, 'end_request_rate': 0, 'duration': '10s'}]} | 100",
                "{'arrival_pattern': 'constant', 'request_rate': 10, 'ramp_up': '10s', 'duration': '20s', 'per_client': true} | 300",
            })
    void aRampSendsTheRequestsOfItsIntegral(String json, int requests) throws InvalidWorkloadException {
        ArrivalSchedule schedule =
                ArrivalSchedule.of(read(json.replace('\'', '"')).toSpecification(2, null));
        int arrivals = 0;
        while (schedule.nextNanos() != ArrivalSchedule.END) {
            arrivals++;
        }

        assertThat(arrivals).isEqualTo(requests);
    }

    @Test
    void aRampOfAClosedLoopIsOneOfItsSlots() throws InvalidWorkloadException {
        WorkloadSpecification specification =
                read("{\"concurrency\": 50, \"ramp_up\": \"10s\"}").toSpecification(2, null);

        assertThat(specification.concurrencyRampUp()).isEqualTo(Duration.ofSeconds(10));
        assertThat(specification.steps()).isEmpty();
    }

    @Test
    void aBurstinessAloneIsGamma() throws InvalidWorkloadException {
        assertThat(read("{\"request_rate\": 5, \"burstiness\": 0.5}")
                        .toSpecification(2, null)
                        .arrivalPattern())
                .isEqualTo(ArrivalPattern.GAMMA);
    }

    @Test
    void sessionsHaveTurnsAndTimesToThink() throws InvalidWorkloadException {
        assertThat(read("{\"conversation\": {\"turns\": {\"mean\": 4, \"stddev\": 1}, \"think_time\": \"2s\"}}")
                        .toSpecification(2, null)
                        .conversation())
                .isEqualTo(new Conversation(LengthDistribution.normal(4, 1), Duration.ofSeconds(2), Duration.ZERO));
    }

    @Test
    void membersThatAreSentOtherwiseCanBeTakenAway() throws InvalidWorkloadException {
        WorkloadSpecification specification =
                read("{\"streaming\": false, \"extra_body\": {\"stream_options\": null, \"max_tokens\": null,"
                                + " \"stream\": null}}")
                        .toSpecification(1, null);
        WorkloadSpecification again = JsonFormat.mapper()
                .readValue(JsonFormat.mapper().writeValueAsString(specification), WorkloadSpecification.class);
        assertThat(again).isEqualTo(specification);
        assertThat(again.extraBody()).containsOnlyKeys("stream_options", "max_tokens", "stream");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": 0.33, \"b\": 0.33, \"c\": 0.33}",
                "{\"a\": 0.67, \"b\": 0.34}",
                "{\"a\": 0.17, \"b\": 0.17, \"c\": 0.17, \"d\": 0.17, \"e\": 0.17, \"f\": 0.17}",
            })
    void weightsOfModelsMayBeRounded(String models) throws Exception {
        assertThat(read("{\"models\": " + models + "}")
                        .toSpecification(1, null)
                        .payload()
                        .models())
                .containsKeys("a", "b");
    }

    @Test
    void accessAndConnectionsAreKeptAndHaveDefaultsInEarlierWorkloads() throws Exception {
        WorkloadSpecification specification =
                read("{\"path\": \"/x\", \"proxy\": \"http://p:1\", \"api_key_command\": \"c\", \"api_key_header\": \"k\","
                                + " \"connection_lifetime\": \"2s\", \"connections_per_server\": 4,"
                                + " \"models\": {\"b\": 0.25, \"a\": 0.75}}")
                        .toSpecification(2, null);
        ObjectNode json = JsonFormat.mapper().valueToTree(specification);
        assertThat(JsonFormat.mapper().treeToValue(json, WorkloadSpecification.class))
                .isEqualTo(specification);
        assertThat(specification.model()).isEqualTo("b");
        json.remove(List.of("access", "connections", "payload"));
        WorkloadSpecification earlier = JsonFormat.mapper().treeToValue(json, WorkloadSpecification.class);
        assertThat(earlier.access()).isEqualTo(ServerAccess.DEFAULT);
        assertThat(earlier.connections()).isEqualTo(ConnectionSettings.DEFAULT);
        assertThat(earlier.payload()).isEqualTo(RequestPayload.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "chat|true",
                "embeddings|false",
                "rerank|false",
                "kserve|false",
                "messages|true",
                "ollama|true",
            })
    void endpointsStreamWhereTheyCan(String endpoint, boolean streams) throws InvalidWorkloadException {
        assertThat(read("{\"endpoint\": \"" + endpoint + "\"}")
                        .toSpecification(1, null)
                        .streaming())
                .isEqualTo(streams);
    }

    @Test
    void templatesStreamWhereTheyAskForIt() throws InvalidWorkloadException {
        String template = "{\"endpoint\": \"template\", \"template\": {\"path\": \"/generate\", \"body\":"
                + " \"{\\\"inputs\\\": \\\"{prompt}\\\"%s}\", \"content_pointer\": \"/text\"}}";
        assertThat(read(template.formatted("")).toSpecification(1, null).streaming())
                .isFalse();
        assertThat(read(template.formatted(", \\\"stream\\\": true"))
                        .toSpecification(1, null)
                        .streaming())
                .isTrue();
    }

    @Test
    void aBodyKeepsItsOrderAndItsNulls() throws InvalidWorkloadException {
        WorkloadSpecification specification =
                read("{\"extra_body\": {\"z\": 1, \"stop\": null, \"a\": 2}}").toSpecification(1, null);

        assertThat(specification.extraBody().keySet()).containsExactly("z", "stop", "a");
        String json = JsonFormat.mapper().writeValueAsString(specification);
        assertThat(JsonFormat.mapper().readValue(json, WorkloadSpecification.class))
                .isEqualTo(specification);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"request_rate\": -1} | request_rate",
                "{\"request_rate\": 0} | request_rate",
                "{\"request_rate\": 1e9} | request_rate",
                "{\"concurrency\": 0} | concurrency",
                "{\"concurrency\": -5} | concurrency",
                "{\"arrival_pattern\": \"closed\", \"request_rate\": 5} | arrival_pattern",
                "{\"arrival_pattern\": \"poisson\"} | request_rate",
                "{\"request_count\": 0} | request_count",
                "{\"duration\": \"0s\"} | duration",
                "{\"duration\": \"10s\", \"warmup\": \"10s\"} | warmup",
                "{\"request_count\": 5, \"cooldown\": \"1s\"} | cooldown",
                "{\"isl\": 0} | isl",
                "{\"isl\": {\"mean\": 10, \"stddev\": -1}} | isl",
                "{\"osl\": {\"distribution\": \"zipf\", \"mean\": 3}} | osl",
                "{\"osl\": {\"min\": 5, \"max\": 2}} | osl",
                "{\"burstiness\": 0, \"request_rate\": 1} | burstiness",
                "{\"cancel_share\": 1.5} | cancel_share",
                "{\"endpoint\": \"template\"} | template",
                "{\"endpoint\": \"embeddings\", \"streaming\": true} | streaming",
                "{\"extra_body\": {\"model\": \"x\"}} | extra_body",
                "{\"extra_body\": {\"max_tokens\": 5}} | extra_body",
                "{\"extra_body\": {\"messages\": null}} | extra_body",
                "{\"extra_body\": {\"stream\": null}} | extra_body",
                "{\"extra_body\": {\"response_format\": {\"type\": \"json_schema\"}}} | extra_body",
                "{\"extra_body\": {\"guided_json\": {\"type\": \"objekt\"}}} | extra_body",
                "{\"path\": \"chat\"} | path",
                "{\"path\": \"/a b\"} | path",
                "{\"proxy\": \"https://proxy:3128\"} | proxy",
                "{\"proxy\": \"http://proxy:3128/path\"} | proxy",
                "{\"proxy\": \"http://user:secret@proxy:3128\"} | proxy",
                "{\"proxy\": \"unix:///run/proxy.sock\"} | proxy",
                "{\"api_key_file\": \"/k\", \"api_key_env\": \"K\"} | api_key_file",
                "{\"api_key_env\": \"sk-not-a-name\"} | api_key_env",
                "{\"api_key_command\": \" \"} | api_key_command",
                "{\"api_key_header\": \"x-api-key\"} | api_key_header",
                "{\"api_key_env\": \"K\", \"api_key_header\": \"a b\"} | api_key_header",
                "{\"api_key_env\": \"K\", \"api_key_header\": \"Host\"} | api_key_header",
                "{\"api_key_env\": \"K\", \"api_key_scheme\": \"a b\"} | api_key_scheme",
                "{\"connection_lifetime\": \"5s\", \"connection_reuse\": false} | connection_lifetime",
                "{\"connections_per_server\": 0} | connections_per_server",
                "{\"endpoint\": \"kserve\", \"streaming\": true} | streaming",
                "{\"endpoint\": \"ollama\", \"ignore_eos\": true} | ignore_eos",
                "{\"max_tokens_name\": \"a b\"} | max_tokens_name",
                "{\"endpoint\": \"ollama\", \"max_tokens_name\": \"n\"} | max_tokens_name",
                "{\"documents\": 3} | documents",
                "{\"models\": {\"a\": 0.5, \"b\": 0.4}} | models",
                "{\"models\": {\"a\": 0.5, \"b\": 0.48}} | models",
                "{\"models\": {\"a\": 0.33, \"b\": 0.33, \"c\": 0.32}} | models",
                "{\"models\": {\"a\": 1.5, \"b\": -0.5}} | models",
                "{\"model\": \"a\", \"models\": {\"a\": 0.5, \"b\": 0.5}} | models",
                "{\"endpoint\": \"triton\", \"models\": {\"a\": 0.5, \"b\": 0.5}} | models",
                "{\"goodput\": {\"speed\": 1}} | goodput",
                "{\"headers\": {\"a b\": \"c\"}} | headers",
                "{\"headers\": {\"a\": \"b\\r\\nc: d\"}} | headers",
                "{\"headers\": {\"Content-Length\": \"1\"}} | headers",
                "{\"timeout\": \"0s\"} | timeout",
                "{\"cancel_share\": 0.5, \"streaming\": false} | cancel_share",
                "{\"think_time\": \"1s\", \"request_rate\": 1} | think_time",
                "{\"ignore_eos\": true, \"endpoint\": \"embeddings\"} | ignore_eos",
                "{\"template\": {\"path\": \"/a\", \"body\": \"{}\", \"content_pointer\": \"\"}} | template",
                "{\"tls\": {\"client_key\": \"/key\"}} | tls",
                "{\"tls\": {\"ca_file\": \"/ca\", \"insecure\": true}} | tls",
                "{\"tls\": {\"ca_file\": \"ca.pem\"}} | tls.ca_file",
                "{\"headers\": {\"a\": null}} | headers",
                "{\"goodput\": {\"ttft\": null}} | goodput",
                "{\"isl\": {\"distribution\": \"constant\", \"mean\": 10, \"stddev\": 2}} | isl",
                "{\"isl\": {\"distribution\": \"uniform\", \"mean\": 10}} | isl",
                "{\"isl\": {\"mean\": 10, \"stddev\": 2, \"min\": 11}} | isl",
                "{\"request_rate\": 1, \"arrival_pattern\": \"poisson\", \"burstiness\": 0.5} | burstiness",
                "{\"request_rate\": 1, \"burst_size\": 0} | burst_size",
                "{\"concurrency\": 1, \"burst_size\": 2} | burst_size",
                "{\"request_rate\": 1, \"ramp_up\": \"0s\"} | ramp_up",
                "{\"request_rate\": 1, \"ramp_up\": \"20s\", \"duration\": \"10s\"} | ramp_up",
                "{\"request_rate\": 1, \"ramp_up\": {\"end_request_rate\": 2}} | ramp_up",
                "{\"request_rate\": 1, \"ramp_up\": {\"strategy\": \"exponential\"}} | ramp_up",
                "{\"request_rate\": 1, \"ramp_up\": {\"start_request_rate\": -1}} | ramp_up",
                "{\"concurrency\": 1, \"ramp_up\": {\"strategy\": \"linear\"}} | ramp_up",
                "{\"ramp_up\": \"5s\", \"steps\": [{\"request_rate\": 1, \"duration\": \"5s\"}]} | ramp_up",
                "{\"steps\": [{\"duration\": \"5s\"}]} | steps",
                "{\"steps\": [{\"request_rate\": 0, \"duration\": \"5s\"}]} | steps",
                "{\"steps\": [{\"request_rate\": 1, \"duration\": \"5s\"}], \"warmup\": \"5s\"} | warmup",
                "{\"request_rate\": 1, \"burstiness\": 0.00001} | burstiness",
                "{\"steps\": [{\"request_rate\": 1}, {\"request_rate\": 1}]} | steps",
                "{\"steps\": [{\"request_rate\": 1}]} | duration",
                "{\"request_rate\": 5, \"steps\": [{\"request_rate\": 1, \"duration\": \"1s\"}]} | steps",
                "{\"arrival_pattern\": \"trace\"} | dataset",
                "{\"arrival_pattern\": \"trace\", \"request_rate\": 5} | arrival_pattern",
                "{\"dataset\": {\"path\": \"/data/x\"}} | dataset",
                "{\"dataset\": {\"format\": \"jsonl\", \"path\": \"x\"}} | dataset",
                "{\"dataset\": {\"format\": \"jsonl\", \"path\": \"/x\", \"sha256\": \"12\"}} | dataset",
                "{\"tokenizer_file\": \"tokenizer.json\"} | tokenizer_file",
                "{\"api_key_file\": \"key\"} | api_key_file",
                "{\"shared_prefix\": {\"count\": 0, \"tokens\": 5}} | shared_prefix",
                "{\"shared_prefix\": {\"count\": 5, \"tokens\": -1}} | shared_prefix",
                "{\"conversation\": {}} | conversation.turns",
                "{\"conversation\": {\"turns\": 100000}} | conversation",
                "{\"conversation\": {\"turns\": 2, \"think_time\": \"3d\"}} | conversation",
                "{\"endpoint\": \"template\", \"template\": {\"path\": \"x\", \"body\": \"{}\", \"content_pointer\": \"/t\"}} | template",
                "{\"endpoint\": \"template\", \"template\": {\"path\": \"/x\", \"body\": \"{\", \"content_pointer\": \"/t\"}} | template",
                "{\"steps\": [{\"request_rate\": 0, \"end_request_rate\": 5, \"growth\": \"exponential\", \"duration\": \"5s\"}]} | steps"
            })
    void whatCannotWorkIsNamedByItsField(String json, String field) {
        assertThatThrownBy(() -> read(json).toSpecification(2, null))
                .isInstanceOfSatisfying(
                        InvalidWorkloadException.class,
                        e -> assertThat(e.problems())
                                .extracting(WorkloadProblem::field)
                                .contains(field));
    }

    private static WorkloadRequest read(String json) {
        return JsonFormat.mapper().readValue(json, WorkloadRequest.class);
    }
}
