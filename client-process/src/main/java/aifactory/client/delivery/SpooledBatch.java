package aifactory.client.delivery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One batch that the service has not acknowledged: its bytes, in memory or in a file. Immutable. */
final class SpooledBatch {
    private final String runId;
    private final long sequence;
    private final int size;
    private final byte @Nullable [] memory;
    private final @Nullable Path file;

    private SpooledBatch(String runId, long sequence, int size, byte @Nullable [] memory, @Nullable Path file) {
        this.runId = runId;
        this.sequence = sequence;
        this.size = size;
        this.memory = memory;
        this.file = file;
    }

    static SpooledBatch inMemory(String runId, long sequence, byte[] content) {
        return new SpooledBatch(runId, sequence, content.length, content, null);
    }

    static SpooledBatch inFile(String runId, long sequence, int size, Path file) {
        return new SpooledBatch(runId, sequence, size, null, file);
    }

    String runId() {
        return runId;
    }

    long sequence() {
        return sequence;
    }

    int size() {
        return size;
    }

    boolean isInMemory() {
        return memory != null;
    }

    byte[] content() throws IOException {
        return memory != null ? memory : Files.readAllBytes(Objects.requireNonNull(file));
    }

    /** Removes the file, if there is one. */
    void release() throws IOException {
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }
}
