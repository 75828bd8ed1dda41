package aifactory.commandline.load;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.commandline.reference.ConfigurationReference;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.OpenApiDescription;
import aifactory.protocol.WorkloadRequest;
import aifactory.workload.key.WorkloadKey;
import aifactory.workload.key.WorkloadKeys;
import aifactory.workload.key.WorkloadOption;
import aifactory.workload.key.WorkloadSchema;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The table of keys, the request, the OpenAPI description and the reference have the same keys. */
final class WorkloadKeysTest {
    @Test
    void theRequestHasTheKeysOfTheTable() {
        List<String> components = Arrays.stream(WorkloadRequest.class.getRecordComponents())
                .map(component ->
                        component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT))
                .toList();

        assertThat(WorkloadKeys.namesOf("")).containsExactlyInAnyOrderElementsOf(components);
    }

    @Test
    void theServedDescriptionHasTheKeysOfTheTable() {
        JsonNode served =
                YAMLMapper.shared().readTree(OpenApiDescription.yaml()).at("/components/schemas/WorkloadRequest");

        assertThat(List.copyOf(served.path("properties").propertyNames())).isEqualTo(WorkloadKeys.namesOf(""));
        assertThat(served.at("/properties/request_rate/maximum").asInt()).isEqualTo(1_000_000);
        assertThat(served.at("/properties/steps/items/required/0").asString()).isEqualTo("request_rate");
        assertThat(served.path("description").asString()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"isl\": {\"mean\": 5, \"stddev\": 2}, \"ramp_up\": \"5s\", \"request_rate\": 5, \"tls\": {\"insecure\": true}}",
                "{\"steps\": [{\"request_rate\": 5}], \"headers\": {\"a\": \"b\"}, \"extra_body\": {\"top_k\": 3}, \"duration\": \"1h30m\"}",
                "{\"conversation\": {\"turns\": 4}, \"shared_prefix\": {\"count\": 1, \"tokens\": 9}, \"goodput\": {\"ttft\": 9.5}}",
                "{\"dataset\": {\"path\": \"/a\", \"format\": \"jsonl\"}, \"endpoint\": \"completions\", \"max_error_rate\": 0.5}",
            })
    void theDescriptionAllowsWhatIsSent(String workload) {
        String sent =
                JsonFormat.mapper().writeValueAsString(JsonFormat.mapper().readValue(workload, WorkloadRequest.class));

        assertThat(requestSchema().validate(sent, InputFormat.JSON)).as(sent).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"request_rate\": 0}",
                "{\"burst_size\": 0}",
                "{\"isl\": {\"meen\": 5}}",
                "{\"tls\": {\"ca\": \"/a\"}}",
                "{\"streaming\": \"yes\"}",
                "{\"requst_rate\": 1}",
                "{\"goodput\": {\"speed\": 5}}"
            })
    void theDescriptionRefusesWhatIsNotAWorkload(String workload) {
        assertThat(requestSchema().validate(workload, InputFormat.JSON)).isNotEmpty();
    }

    @Test
    void theReferenceHasEveryKeyAndOption() {
        String reference = ConfigurationReference.markdown();

        for (WorkloadKey<?> key : WorkloadKeys.all()) {
            assertThat(reference).contains("| `" + key.name() + "` | ");
        }
        for (WorkloadOption option : WorkloadKeys.options()) {
            assertThat(reference).contains("| `" + option.name());
            assertThat(option.help()).isNotBlank().doesNotContain("%");
        }
    }

    @Test
    void noNameOfAnOptionStandsTwice() {
        assertThat(WorkloadKeys.options().stream()
                        .flatMap(option -> option.names().stream())
                        .toList())
                .doesNotHaveDuplicates()
                .allMatch(name -> name.startsWith("--"));
    }

    private static Schema requestSchema() {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(WorkloadSchema.ofRequest().toString(), InputFormat.JSON);
    }
}
