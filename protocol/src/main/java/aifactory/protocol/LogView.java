package aifactory.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end of one log file.
 *
 * @param problem why it cannot be read; null when it was
 * @param lines the last ones, oldest first
 */
public record LogView(String path, long sizeBytes, @Nullable String problem, List<String> lines) {}
