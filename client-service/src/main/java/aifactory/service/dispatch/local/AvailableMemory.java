package aifactory.service.dispatch.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/** How much memory may still be taken on this machine, by {@code MemAvailable} of Linux. Thread-safe. */
final class AvailableMemory implements LongSupplier {
    private static final String NAME = "MemAvailable:";

    private final Path file;

    AvailableMemory(Path file) {
        this.file = file;
    }

    static AvailableMemory ofThisMachine() {
        return new AvailableMemory(Path.of("/proc/meminfo"));
    }

    /** In bytes; {@link Long#MAX_VALUE} where the system does not tell. */
    @Override
    public long getAsLong() {
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(NAME)) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
                }
            }
        } catch (IOException | NumberFormatException e) {
            return Long.MAX_VALUE;
        }
        return Long.MAX_VALUE;
    }
}
