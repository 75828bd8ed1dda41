package aifactory.client.connection;

import aifactory.measurement.ClockOffset;
import aifactory.measurement.ClockOffsetEstimator;
import aifactory.measurement.MonotonicClock;
import aifactory.node.connection.ServiceAnswer.Answered;
import aifactory.protocol.ClockSample;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service's clock against this process's two: the monotonic one, which load is timed by, and the node's time of
 * day.
 */
public final class ServiceClock {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceClock.class);
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final ClockOffsetEstimator estimator;
    private final MonotonicClock clock;
    private final InstantSource timeOfDay;
    private final AtomicBoolean toldOfImpossibleSample = new AtomicBoolean();

    public ServiceClock(ClockOffsetEstimator estimator, MonotonicClock clock, InstantSource timeOfDay) {
        this.estimator = estimator;
        this.clock = clock;
        this.timeOfDay = timeOfDay;
    }

    /** @param sample null if the answer has none; ignored then */
    void observe(@Nullable ClockSample sample, Answered exchange) {
        if (sample == null) {
            return;
        }
        ClockOffsetEstimator.Verdict verdict = estimator.add(
                exchange.sentNanos(), sample.receivedEpochNanos(), sample.sentEpochNanos(), exchange.receivedNanos());
        switch (verdict) {
            case BETTER, WORSE -> {}
            case CONTRADICTS -> LOG.warn("the service's clock was set, or another service answers; following it");
            case IMPOSSIBLE -> {
                if (!toldOfImpossibleSample.getAndSet(true)) {
                    LOG.warn("ignored an impossible clock sample of the service: {}", sample);
                }
            }
        }
    }

    /** The offset of the service's clock from the monotonic clock now; empty before the first exchange. */
    public Optional<ClockOffset> offset() {
        return estimator.estimate(clock.nanoTime());
    }

    /** The offset of the service's clock from this node's time of day now: what people mean by clocks that differ. */
    public Optional<ClockOffset> offsetFromTimeOfDay() {
        long now = clock.nanoTime();
        Instant instant = timeOfDay.instant();
        long epochNanos = instant.getEpochSecond() * NANOS_PER_SECOND + instant.getNano();
        return estimator
                .estimate(now)
                .map(offset -> new ClockOffset(offset.toRemoteNanos(now) - epochNanos, offset.uncertaintyNanos()));
    }
}
