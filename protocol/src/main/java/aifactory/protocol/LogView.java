package aifactory.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of one log file: its last lines, or those from an offset on.
 *
 * @param problem why it cannot be read; null when it was
 * @param lines oldest first
 * @param nextOffset where the line after the last complete one begins, in bytes; null from versions before 1.1
 */
public record LogView(
        String path,
        long sizeBytes,
        @Nullable String problem,
        List<String> lines,
        @Nullable Long nextOffset) {}
