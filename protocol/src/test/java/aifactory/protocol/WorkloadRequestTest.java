package aifactory.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.LengthDistribution;
import aifactory.workload.WorkloadProblem;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadRequestTest {
    @Test
    void anEmptyRequestIsTheDefaultLoad() throws InvalidWorkloadException {
        WorkloadSpecification specification = WorkloadRequest.empty().toSpecification(4, null);

        assertThat(specification).isEqualTo(WorkloadSpecification.defaults(32));
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
                "{\"goodput\": {\"speed\": 1}} | goodput",
                "{\"headers\": {\"a b\": \"c\"}} | headers",
                "{\"headers\": {\"a\": \"b\\r\\nc: d\"}} | headers",
                "{\"headers\": {\"Content-Length\": \"1\"}} | headers",
                "{\"timeout\": \"0s\"} | timeout",
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
