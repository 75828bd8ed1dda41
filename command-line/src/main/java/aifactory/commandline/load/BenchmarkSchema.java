package aifactory.commandline.load;

import aifactory.workload.key.WorkloadSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON Schemas of benchmark and campaign files, for editors and for those who write such files by program. The part
 * of the workload is made from the table of its keys.
 */
public final class BenchmarkSchema {
    private static final String RESOURCE = "benchmark.schema.json";
    /** What a campaign file may contain in addition to a benchmark file. */
    private static final String CAMPAIGN = "campaign.schema.json";

    private BenchmarkSchema() {}

    /** The schema of benchmark files, JSON Schema 2020-12. */
    public static String text() {
        return pretty(schema());
    }

    /** The schema of campaign files, JSON Schema 2020-12. */
    public static String campaignText() {
        ObjectNode schema = schema();
        schema.put("title", "aifactory campaign file");
        ObjectNode properties = schema.withObject("properties");
        object(CAMPAIGN).properties().forEach(member -> properties.set(member.getKey(), member.getValue()));
        return pretty(schema);
    }

    private static ObjectNode schema() {
        ObjectNode schema = object(RESOURCE);
        ObjectNode definitions = schema.putObject("$defs");
        definitions.set("duration", WorkloadSchema.durationText());
        definitions.set("workload", WorkloadSchema.ofFile());
        return schema;
    }

    private static ObjectNode object(String resource) {
        return (ObjectNode) JsonMapper.shared().readTree(read(resource));
    }

    private static String pretty(JsonNode schema) {
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(schema) + "\n";
    }

    private static String read(String resource) {
        try (InputStream stream =
                Objects.requireNonNull(BenchmarkSchema.class.getResourceAsStream(resource), resource)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
