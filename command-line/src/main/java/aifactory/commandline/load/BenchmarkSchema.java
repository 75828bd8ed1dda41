package aifactory.commandline.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The JSON Schemas of benchmark and campaign files, for editors and for those who write such files by program. */
public final class BenchmarkSchema {
    private static final String RESOURCE = "benchmark.schema.json";
    /** What a campaign file may have beside what a benchmark file has. */
    private static final String CAMPAIGN = "campaign.schema.json";

    private BenchmarkSchema() {}

    /** The schema as it ships, JSON Schema 2020-12. */
    public static String text() {
        return read(RESOURCE);
    }

    /** The schema of campaign files, JSON Schema 2020-12. */
    public static String campaignText() {
        JsonMapper mapper = JsonMapper.shared();
        JsonNode schema = mapper.readTree(text());
        if (schema instanceof ObjectNode root && root.path("properties") instanceof ObjectNode properties) {
            root.put("title", "aifactory campaign file");
            mapper.readTree(read(CAMPAIGN))
                    .properties()
                    .forEach(member -> properties.set(member.getKey(), member.getValue()));
        }
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(schema) + "\n";
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
