package aifactory.protocol;

import aifactory.workload.key.WorkloadSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The OpenAPI description of the HTTP API. Stateless. */
public final class OpenApiDescription {
    private static final String RESOURCE = "openapi.yaml";
    /** Where the schema of a workload belongs; it is made from the table of its keys. */
    private static final String WORKLOAD = "WorkloadRequest: {type: object}";

    private OpenApiDescription() {}

    /** The whole description, YAML. */
    public static String yaml() {
        String text = read();
        if (!text.contains(WORKLOAD)) {
            throw new IllegalStateException(RESOURCE + " has no line '" + WORKLOAD + "'");
        }
        String schema = JsonFormat.mapper()
                .writeValueAsString(WorkloadSchema.ofRequest()
                        .put("description", "A load; figures are totals of the group unless per_client is set"));
        return text.replace(WORKLOAD, "WorkloadRequest: " + schema); // JSON is YAML
    }

    private static String read() {
        try (InputStream stream =
                Objects.requireNonNull(OpenApiDescription.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
