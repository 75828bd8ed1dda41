package aifactory.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.workload.WorkloadSpecification;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

class JsonFormatTest {
    @Test
    void aCommandSurvivesTheWireUnchanged() {
        ClientCommand command = new ClientCommand(
                1,
                ClientCommand.Kind.PREPARE,
                "run-1",
                "salt",
                WorkloadSpecification.defaults(8),
                List.of("http://127.0.0.1:8000"),
                new ClientCommand.Share(0, 4),
                null);

        String json = JsonFormat.mapper().writeValueAsString(command);

        assertThat(json).contains("\"kind\":\"prepare\"", "\"duration\":\"60s\"", "\"arrival_pattern\":\"closed\"");
        assertThat(JsonFormat.mapper().readValue(json, ClientCommand.class)).isEqualTo(command);
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
