package aifactory.commandline.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.commandline.failure.CommandFailure;
import aifactory.protocol.ConversationRequest;
import aifactory.protocol.InvalidWorkloadException;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.LengthRequest;
import aifactory.protocol.RampUpRequest;
import aifactory.protocol.ServerRequest;
import aifactory.protocol.StepRequest;
import aifactory.protocol.WorkloadRequest;
import aifactory.workload.DatasetReference;
import aifactory.workload.RequestTemplate;
import aifactory.workload.SharedPrefix;
import aifactory.workload.TlsSettings;
import aifactory.workload.WorkloadSpecification;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The schema and the parser say the same of every file that they are both shown. */
final class BenchmarkSchemaTest {
    private static final YAMLMapper YAML = YAMLMapper.builder().build();
    private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Path DOCUMENT = Path.of("..", "docs", "workloads.md");

    private final Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(BenchmarkSchema.text(), InputFormat.JSON);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @Test
    void knowsTheKeysThatTheParserKnows() {
        JsonNode root = JsonFormat.mapper().readTree(BenchmarkSchema.text());

        assertThat(names(root.at("/properties"))).containsExactlyInAnyOrderElementsOf(BenchmarkFile.KEYS);
        Map<String, Class<? extends Record>> records = Map.of(
                "/$defs/workload/properties", WorkloadRequest.class,
                "/properties/server/properties", ServerRequest.class,
                "/$defs/workload/properties/shared_prefix/properties", SharedPrefix.class,
                "/$defs/workload/properties/conversation/properties", ConversationRequest.class,
                "/$defs/workload/properties/template/properties", RequestTemplate.class,
                "/$defs/workload/properties/tls/properties", TlsSettings.class,
                "/$defs/workload/properties/isl/anyOf/1/properties", LengthRequest.class,
                "/$defs/workload/properties/ramp_up/anyOf/1/properties", RampUpRequest.class,
                "/$defs/workload/properties/steps/items/properties", StepRequest.class,
                "/$defs/workload/properties/dataset/anyOf/1/properties", DatasetReference.class);
        records.forEach((pointer, type) ->
                assertThat(names(root.at(pointer))).as(pointer).containsExactlyInAnyOrderElementsOf(keys(type)));
    }

    static List<String> examples() throws IOException {
        List<String> examples = new ArrayList<>();
        Matcher example = EXAMPLE.matcher(Files.readString(DOCUMENT));
        while (example.find()) {
            examples.add(example.group(1));
        }
        return examples;
    }

    @Test
    void theDocumentHasAnExampleOfEachKindOfLoad() throws IOException {
        assertThat(examples()).hasSizeGreaterThan(12);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyExampleOfTheDocumentFollowsTheSchemaAndCanWork(String example) throws IOException {
        assertThat(schema.validate(YAML.readTree(example).toString(), InputFormat.JSON))
                .as(example)
                .isEmpty();
        BenchmarkFile file = BenchmarkFile.read(Files.writeString(directory.resolve("example.yaml"), example));
        ObjectNode load = file.load();
        if (load.path("dataset") instanceof ObjectNode dataset && !dataset.has("format")) {
            dataset.put("format", "sharegpt");
        } else if (load.path("dataset").isString()) {
            JsonNode path = load.path("dataset");
            load.putObject("dataset").put("format", "sharegpt").set("path", path);
        }
        WorkloadRequest request = JsonFormat.mapper().treeToValue(load, WorkloadRequest.class);
        assertThatCode(() -> LoadRequest.resolve(request, 4)).as(example).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "num_clients: 0",
                "num_client: 3",
                "workload: 5",
                "workload: {requst_rate: 4}",
                "workload: {request_rate: fast}",
                "workload: {request_rate: -1}",
                "workload: {request_rate: 1.0e+9}",
                "workload: {concurrency: 0}",
                "workload: {duration: 60}",
                "workload: {isl: 0}",
                "workload: {isl: {meen: 5}}",
                "workload: {osl: {distribution: zipf, mean: 5}}",
                "workload: {arrival_pattern: sometimes, request_rate: 5}",
                "workload: {steps: [{duration: 5s}]}",
                "workload: {cancel_share: 1.5}",
                "workload: {goodput: {speed: 5}}",
                "workload: {shared_prefix: {count: 0, tokens: 5}}",
                "slo: {ttft_ms.p98: 5}"
            })
    void whatTheSchemaRefusesTheParserRefuses(String text) throws IOException {
        assertThat(schema.validate(YAML.readTree(text).toString(), InputFormat.JSON))
                .as(text)
                .isNotEmpty();
        Path path = Files.writeString(directory.resolve("bad.yaml"), text);
        assertThatThrownBy(() -> LoadRequest.resolve(
                        LoadRequest.request(BenchmarkFile.read(path).load()), 1))
                .as(text)
                .isInstanceOf(CommandFailure.class);
    }

    /** A key with the default that the schema tells is as good as none. */
    @Test
    void tellsTheDefaultsThatHold() throws InvalidWorkloadException {
        JsonNode properties =
                JsonFormat.mapper().readTree(BenchmarkSchema.text()).at("/$defs/workload/properties");
        WorkloadSpecification usual = WorkloadRequest.empty().toSpecification(1, null);
        List<String> told = new ArrayList<>();
        for (Map.Entry<String, JsonNode> property : properties.properties()) {
            if (property.getValue().has("default")) {
                told.add(property.getKey());
                ObjectNode workload = JsonFormat.mapper().createObjectNode();
                workload.set(property.getKey(), property.getValue().path("default"));
                WorkloadRequest request = JsonFormat.mapper().treeToValue(workload, WorkloadRequest.class);
                assertThat(request.toSpecification(1, null))
                        .as(property.getKey())
                        .isEqualTo(usual);
            }
        }
        assertThat(told).contains("endpoint", "isl", "osl", "duration", "timeout", "seed");
    }

    private static List<String> names(JsonNode properties) {
        return List.copyOf(properties.propertyNames());
    }

    private static List<String> keys(Class<? extends Record> type) {
        return Stream.of(type)
                .flatMap(one -> Arrays.stream(one.getRecordComponents()))
                .map(component ->
                        component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT))
                .toList();
    }
}
