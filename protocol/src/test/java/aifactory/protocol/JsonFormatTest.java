package aifactory.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.measurement.RequestCounts;
import aifactory.workload.WorkloadSpecification;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.node.ObjectNode;

class JsonFormatTest {
    @Test
    void aCommandSurvivesTheWireUnchanged() {
        ClientCommand command = new ClientCommand(
                1,
                ClientCommand.Kind.PREPARE,
                "run-1",
                "salt",
                WorkloadSpecification.closedLoop(8),
                List.of("http://127.0.0.1:8000"),
                new ClientCommand.Share(0, 4),
                null);

        String json = JsonFormat.mapper().writeValueAsString(command);

        assertThat(json).contains("\"kind\":\"prepare\"", "\"timeout\":\"60s\"", "\"arrival_pattern\":\"closed\"");
        assertThat(JsonFormat.mapper().readValue(json, ClientCommand.class)).isEqualTo(command);
    }

    @Test
    void whatAnEarlierVersionStoredIsRead() {
        RequestCounts counts = JsonFormat.mapper()
                .readValue(
                        "{\"scheduled\": 3, \"sent\": 3, \"completed\": 2, \"failed\": 1, \"cancelled\": 0, \"good\": 2,"
                                + " \"input_tokens\": 4, \"output_tokens\": 5, \"chunks\": 6, \"errors\": {\"timeout\": 1}}",
                        RequestCounts.class);
        assertThat(counts).isEqualTo(new RequestCounts(3, 3, 2, 1, 0, 2, 4, 5, 6, Map.of("timeout", 1L)));

        RunSummary.Requests requests = JsonFormat.mapper()
                .readValue(
                        "{\"scheduled\": 1, \"sent\": 1, \"completed\": 1, \"failed\": 0, \"cancelled\": 0, \"errors\": {}}",
                        RunSummary.Requests.class);
        assertThat(requests.failureBackoffs()).isZero();

        ObjectNode workload = JsonFormat.mapper().valueToTree(WorkloadSpecification.closedLoop(8));
        workload.remove("failures");
        assertThat(JsonFormat.mapper().treeToValue(workload, WorkloadSpecification.class))
                .isEqualTo(WorkloadSpecification.closedLoop(8));
    }

    @Test
    void aValueHasTheTypeThatItIsWrittenAs() {
        for (String json : List.of(
                "{\"num_clients\": \"3\"}",
                "{\"num_clients\": 2.5}",
                "{\"gpu\": 1}",
                "{\"partition\": true}",
                "{\"partition\": 7}",
                "{\"ai_servers\": [null]}")) {
            assertThatThrownBy(() -> JsonFormat.mapper().readValue(json, GroupRequest.class))
                    .as(json)
                    .isInstanceOf(DatabindException.class);
        }
    }

    @Test
    void anUnknownMemberIsRefusedByName() {
        assertThatThrownBy(() -> JsonFormat.mapper().readValue("{\"num_clienst\": 3}", GroupRequest.class))
                .isInstanceOf(UnrecognizedPropertyException.class)
                .hasMessageContaining("num_clienst");
    }
}
