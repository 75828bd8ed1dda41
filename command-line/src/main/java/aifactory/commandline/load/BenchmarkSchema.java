package aifactory.commandline.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The JSON Schema of benchmark files, for editors and for those who write such files by program. */
public final class BenchmarkSchema {
    private static final String RESOURCE = "benchmark.schema.json";

    private BenchmarkSchema() {}

    /** The schema as it ships, JSON Schema 2020-12. */
    public static String text() {
        try (InputStream stream =
                Objects.requireNonNull(BenchmarkSchema.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
