package aifactory.client.delivery;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How much may wait for the service's acknowledgement.
 *
 * @param memoryBytes in memory
 * @param directory where batches beyond that go; null for nowhere
 * @param directoryBytes in that directory
 */
public record SpoolLimits(long memoryBytes, @Nullable Path directory, long directoryBytes) {
    /** 256 MiB in memory and nothing on disk. */
    public static final SpoolLimits DEFAULTS = new SpoolLimits(256L << 20, null, 4L << 30);

    public SpoolLimits {
        if (memoryBytes < 0 || directoryBytes < 0) {
            throw new IllegalArgumentException(
                    "a spool of " + Math.min(memoryBytes, directoryBytes) + " bytes; give 0 or more");
        }
    }
}
