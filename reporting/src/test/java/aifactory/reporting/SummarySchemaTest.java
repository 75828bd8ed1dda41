package aifactory.reporting;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.RunState;
import aifactory.protocol.RunSummary;
import aifactory.reporting.files.RunFiles;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class SummarySchemaTest {
    private final Schema schema = schema();

    private static Schema schema() {
        try (InputStream stream =
                Objects.requireNonNull(RunFiles.class.getResourceAsStream(RunFiles.SUMMARY_SCHEMA_RESOURCE))) {
            String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(text, InputFormat.JSON);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Error> errors(RunSummary summary) {
        return schema.validate(RunFormat.mapper().writeValueAsString(summary), InputFormat.JSON);
    }

    @Test
    void summariesOfEveryKindFollowTheSchema() {
        assertThat(errors(new SampleRun().result().summary())).isEmpty();

        SampleRun closed = new SampleRun();
        closed.workloadJson = "{\"concurrency\": 4}";
        assertThat(errors(closed.result().summary())).isEmpty();

        SampleRun failing = new SampleRun();
        failing.failureShare = 1;
        assertThat(errors(failing.result().summary())).isEmpty();

        RunSummary withEnergy =
                new SampleRun().result().summary().withEnergy(EnergyTextTest.energy(7_200.0, List.of()));
        assertThat(errors(withEnergy)).isEmpty();

        SampleRun broken = new SampleRun();
        broken.lost = List.of("node104");
        broken.ending = RunState.INCOMPLETE;
        broken.cpuShare = Double.NaN;
        assertThat(errors(broken.result().summary())).isEmpty();
    }

    @Test
    void theContractsOwnMembersAreAllThere() {
        JsonNode summary =
                RunFormat.mapper().valueToTree(new SampleRun().result().summary());
        for (String pointer : List.of(
                "/schema",
                "/benchmark_id",
                "/run_id",
                "/provenance/slurm/job_id",
                "/clients/lost",
                "/requests/errors",
                "/tokens/source",
                "/duration_s",
                "/request_throughput",
                "/output_token_throughput",
                "/goodput_rps",
                "/slo_attainment",
                "/slurm_usage/node_hours",
                "/metrics/ttft_ms/p99_9",
                "/metrics/tpot_ms/count",
                "/metrics/itl_ms/std",
                "/metrics/schedule_delay_ms/max",
                "/metrics/connect_ms",
                "/client_health/cpu_max",
                "/client_health/event_loop_lag_ms/p99",
                "/client_health/gc_pause_ms_max",
                "/client_health/clock_offset_ms_max")) {
            assertThat(summary.at(pointer).isMissingNode()).as(pointer).isFalse();
        }
        assertThat(summary.at("/status").asString()).isEqualTo("completed");
        assertThat(summary.at("/tokens/source").asString()).isEqualTo("usage");
    }

    @Test
    void whatIsNoSummaryIsRefused() {
        ObjectNode summary =
                RunFormat.mapper().valueToTree(new SampleRun().result().summary());
        summary.put("status", "done").put("slo_attainment", 1.5).remove("valid");

        assertThat(schema.validate(summary.toString(), InputFormat.JSON)).hasSize(3);
    }
}
