package aifactory.benchmarks;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.FailurePolicy;
import aifactory.workload.LengthDistribution;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The loads of the benchmarks; what is not named here is as by default.
 *
 * @param rate requests a second; null for a closed loop
 * @param concurrency of the closed loop
 * @param duration with the warm-up; null for a load that does not end by itself
 */
public record BenchmarkLoad(
        ArrivalPattern pattern,
        @Nullable Double rate,
        int concurrency,
        boolean streaming,
        Duration warmup,
        @Nullable Duration duration,
        int inputTokens,
        int outputTokens) {

    /** Requests that come by a rate, whatever the server does. */
    public static BenchmarkLoad openLoop(ArrivalPattern pattern, double rate, Duration duration) {
        return new BenchmarkLoad(pattern, rate, 1, true, Duration.ZERO, duration, 16, 16);
    }

    public WorkloadSpecification specification() {
        WorkloadSpecification defaults = WorkloadSpecification.defaults(concurrency);
        return new WorkloadSpecification(
                defaults.endpoint(),
                streaming,
                "simulated",
                pattern,
                rate,
                defaults.burstiness(),
                defaults.burstSize(),
                pattern == ArrivalPattern.CLOSED ? concurrency : null,
                Duration.ZERO,
                List.of(),
                null,
                duration,
                warmup,
                Duration.ZERO,
                LengthDistribution.constant(inputTokens),
                LengthDistribution.constant(outputTokens),
                false,
                null,
                null,
                null,
                Duration.ZERO,
                0,
                Duration.ofHours(1),
                Map.of(),
                Map.of(),
                null,
                null,
                null,
                null,
                0,
                false,
                Map.of(),
                FailurePolicy.DEFAULT);
    }
}
