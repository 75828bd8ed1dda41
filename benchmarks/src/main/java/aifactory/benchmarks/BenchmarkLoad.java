package aifactory.benchmarks;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.LengthDistribution;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The loads of the benchmarks; what is not named here is as by default.
 *
 * @param rate requests per second; null for a closed loop
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

    /** Requests at a rate, independent of the server. */
    public static BenchmarkLoad openLoop(ArrivalPattern pattern, double rate, Duration duration) {
        return new BenchmarkLoad(pattern, rate, 1, true, Duration.ZERO, duration, 16, 16);
    }

    public WorkloadSpecification specification() {
        WorkloadSpecification.Builder load = new WorkloadSpecification.Builder();
        load.streaming = streaming;
        load.model = "simulated";
        load.arrivalPattern = pattern;
        load.requestRate = rate;
        load.concurrency = pattern == ArrivalPattern.CLOSED ? concurrency : null;
        load.duration = duration;
        load.warmup = warmup;
        load.inputLength = LengthDistribution.constant(inputTokens);
        load.outputLength = LengthDistribution.constant(outputTokens);
        load.timeout = Duration.ofHours(1);
        return load.build();
    }
}
