package aifactory.workload.dataset;

import aifactory.workload.DatasetReference.Format;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells formats apart by how a file begins. Stateless. */
final class FormatDetection {
    private static final int LOOKED_AT_BYTES = 64 << 10;

    private FormatDetection() {}

    static Format of(Path path) throws DatasetException {
        DatasetFile.requireFile(path);
        try (InputStream in = Files.newInputStream(path)) {
            String beginning = new String(in.readNBytes(LOOKED_AT_BYTES), StandardCharsets.UTF_8).strip();
            if (beginning.startsWith("[")) {
                return Format.SHAREGPT;
            }
            String firstLine = beginning.lines().findFirst().orElse("");
            return firstLine.contains("\"input_length\"") ? Format.MOONCAKE : Format.JSONL;
        } catch (IOException e) {
            throw new DatasetException("dataset " + path + " cannot be read: " + e.getMessage());
        }
    }
}
