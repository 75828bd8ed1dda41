package aifactory.protocol;

import aifactory.measurement.RequestCounts;
import org.jspecify.annotations.Nullable;

/**
 * A run as it goes, over all clients.
 *
 * @param elapsedSeconds since T0; negative before it
 * @param plannedSeconds null for a run that ends by count
 * @param clientsReporting clients that reported in the last intervals
 * @param requestRate completed requests per second over the last few seconds
 * @param outputTokenRate output tokens per second over the last few seconds
 * @param ttftP50Ms over the whole measured window so far; null before the first
 */
public record RunProgress(
        double elapsedSeconds,
        @Nullable Double plannedSeconds,
        int clientsReporting,
        int clientsExpected,
        int inFlight,
        RequestCounts all,
        double requestRate,
        double outputTokenRate,
        @Nullable Double ttftP50Ms,
        @Nullable Double ttftP99Ms,
        @Nullable Double itlP50Ms,
        @Nullable Double itlP99Ms) {}
