package aifactory.simulator.internal.timing;

import aifactory.simulator.SimulatorOptions.Latencies;
import java.util.random.RandomGenerator;

/**
 * Draws latencies from normal distributions. A value outside of zero to twice the mean is drawn again: both tails are
 * cut alike, so that the mean and the median stay what they were set to. Immutable; the randomness is the caller's.
 */
public final class LatencySampler {
    private final long firstTokenMeanNanos;
    private final long firstTokenDeviationNanos;
    private final long gapMeanNanos;
    private final long gapDeviationNanos;

    /** Latencies as they were configured. */
    public LatencySampler(Latencies latencies) {
        firstTokenMeanNanos = latencies.timeToFirstToken().toNanos();
        firstTokenDeviationNanos = latencies.timeToFirstTokenStddev().toNanos();
        gapMeanNanos = latencies.interTokenLatency().toNanos();
        gapDeviationNanos = latencies.interTokenLatencyStddev().toNanos();
    }

    /** From the request's receipt, or its admission if it had to wait, to its first token; nanoseconds. */
    public long firstTokenNanos(RandomGenerator random) {
        return draw(random, firstTokenMeanNanos, firstTokenDeviationNanos);
    }

    /** From one step of the generation to the next; nanoseconds. */
    public long gapNanos(RandomGenerator random) {
        return draw(random, gapMeanNanos, gapDeviationNanos);
    }

    private static long draw(RandomGenerator random, long meanNanos, long deviationNanos) {
        if (deviationNanos == 0) {
            return meanNanos;
        }
        // The deviation is at most the mean, so two draws of three are good ones at worst.
        while (true) {
            double nanos = meanNanos + deviationNanos * random.nextGaussian();
            if (nanos >= 0 && nanos <= 2.0 * meanNanos) {
                return Math.round(nanos);
            }
        }
    }
}
