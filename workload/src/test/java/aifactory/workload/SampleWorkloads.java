package aifactory.workload;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Workloads for tests. */
public final class SampleWorkloads {
    private SampleWorkloads() {}

    public static WorkloadSpecification openLoop(
            ArrivalPattern pattern, double requestRate, Duration duration, long seed, double burstiness) {
        return build(pattern, requestRate, burstiness, List.of(), null, duration, seed);
    }

    public static WorkloadSpecification withRequestCount(WorkloadSpecification specification, long requestCount) {
        return build(
                specification.arrivalPattern(),
                specification.requestRate(),
                specification.burstiness(),
                specification.steps(),
                requestCount,
                specification.duration(),
                specification.seed());
    }

    public static WorkloadSpecification withSteps(ArrivalPattern pattern, List<RateStep> steps) {
        return build(pattern, null, 1, steps, null, null, 0);
    }

    private static WorkloadSpecification build(
            ArrivalPattern pattern,
            @Nullable Double requestRate,
            double burstiness,
            List<RateStep> steps,
            @Nullable Long requestCount,
            @Nullable Duration duration,
            long seed) {
        return new WorkloadSpecification(
                Endpoint.CHAT,
                true,
                "model",
                pattern,
                requestRate,
                burstiness,
                null,
                steps,
                requestCount,
                duration,
                Duration.ZERO,
                Duration.ZERO,
                LengthDistribution.constant(16),
                LengthDistribution.constant(16),
                false,
                null,
                null,
                null,
                Duration.ZERO,
                0,
                Duration.ofSeconds(60),
                Map.of(),
                Map.of(),
                null,
                null,
                null,
                null,
                seed,
                false,
                Map.of());
    }
}
