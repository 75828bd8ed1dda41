package aifactory.service.observers;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A recipient of updates about a group.
 *
 * @param benchmarkId null for every group
 * @param address a literal address, with the port: {@code 10.0.0.7:8080}, {@code [fd00::7]:8080}
 * @param frequency how often
 */
public record Observer(@Nullable Long benchmarkId, String address, Duration frequency) {}
