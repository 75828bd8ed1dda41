package aifactory.measurement;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Estimates the offset of a remote clock from the local monotonic clock by four-timestamp exchanges (RFC 5905, section
 * 8).
 *
 * <p>The local side sends at {@code t0}, the remote side has the request at {@code t1} and answers at {@code t2}, the
 * local side has the answer at {@code t3}. Neither direction takes less than no time, so at {@code t3} the offset is at
 * least {@code t2 - t3} and, since the clocks may have drifted apart by {@code drift * (t3 - t0)} since the request was
 * sent, at most {@code t1 - t0 + drift * (t3 - t0)}. The middle of that range is the estimate, half its width the
 * uncertainty: half the round trip net of the time the remote side held the request, plus half the drift of the
 * exchange.
 *
 * <p>An exchange ages: its uncertainty grows by {@code drift} per elapsed time. The exchange whose uncertainty is the
 * smallest now is the one that counts. Since all age alike, that order never changes, and only one has to be kept. When
 * a new exchange contradicts the kept one, its range lying wholly outside, the remote clock has been set or another one
 * answers: the new one counts at once.
 *
 * <p>Thread-safe.
 */
public final class ClockOffsetEstimator {
    /** Maximum drift between two unsynchronised quartz clocks of good machines, in parts per million. */
    public static final double DEFAULT_DRIFT_PARTS_PER_MILLION = 50;

    private static final double PARTS = 1e6;

    private final double driftPartsPerMillion;
    private @Nullable Exchange best;

    public ClockOffsetEstimator() {
        this(DEFAULT_DRIFT_PARTS_PER_MILLION);
    }

    /**
     * @param driftPartsPerMillion how fast the two clocks can drift apart
     * @throws IllegalArgumentException unless 0 or more and finite
     */
    public ClockOffsetEstimator(double driftPartsPerMillion) {
        if (!(driftPartsPerMillion >= 0 && Double.isFinite(driftPartsPerMillion))) {
            throw new IllegalArgumentException(
                    "a drift of " + driftPartsPerMillion + " ppm; give a finite number, 0 or more");
        }
        this.driftPartsPerMillion = driftPartsPerMillion;
    }

    /** What became of an exchange. */
    public enum Verdict {
        /** It is the estimate from now on. */
        BETTER,
        /** An earlier one is still more certain. */
        WORSE,
        /** It contradicts the earlier estimate, and replaces it. */
        CONTRADICTS,
        /** No clocks within the drift allowed can have produced it; it is left out. */
        IMPOSSIBLE
    }

    /**
     * Adds one exchange.
     *
     * @param sentNanos local monotonic time of sending
     * @param remoteReceivedNanos remote time of receiving
     * @param remoteSentNanos remote time of answering
     * @param receivedNanos local monotonic time of having the answer
     */
    public synchronized Verdict add(
            long sentNanos, long remoteReceivedNanos, long remoteSentNanos, long receivedNanos) {
        long elapsed = receivedNanos - sentNanos;
        long held = remoteSentNanos - remoteReceivedNanos;
        long drift = driftOver(elapsed);
        if (elapsed < 0 || held < 0 || held > elapsed + drift) {
            return Verdict.IMPOSSIBLE;
        }
        long width = elapsed - held + drift;
        // The low end of the range plus half its width; rounded so that the range is covered.
        ClockOffset offset = new ClockOffset(remoteSentNanos - receivedNanos + width / 2, (width + 1) / 2);
        Exchange exchange = new Exchange(offset, receivedNanos);
        if (best == null) {
            best = exchange;
            return Verdict.BETTER;
        }
        // Exchanges may arrive from several threads a little out of order, so the later of both is the time to compare
        // at.
        long now = receivedNanos - best.atNanos < 0 ? best.atNanos : receivedNanos;
        ClockOffset earlier = aged(best, now);
        ClockOffset later = aged(exchange, now);
        long distance = Math.abs(later.offsetNanos() - earlier.offsetNanos());
        if (distance > later.uncertaintyNanos() + earlier.uncertaintyNanos()) {
            best = exchange;
            return Verdict.CONTRADICTS;
        }
        if (later.uncertaintyNanos() <= earlier.uncertaintyNanos()) {
            best = exchange;
            return Verdict.BETTER;
        }
        return Verdict.WORSE;
    }

    /**
     * The best estimate at a moment.
     *
     * @param nowNanos local monotonic time
     * @return empty before the first exchange
     */
    public synchronized Optional<ClockOffset> estimate(long nowNanos) {
        return best == null ? Optional.empty() : Optional.of(aged(best, nowNanos));
    }

    private ClockOffset aged(Exchange exchange, long nowNanos) {
        long ageNanos = Math.max(0, nowNanos - exchange.atNanos);
        return new ClockOffset(exchange.offset.offsetNanos(), exchange.offset.uncertaintyNanos() + driftOver(ageNanos));
    }

    private long driftOver(long nanos) {
        return (long) Math.ceil(nanos * driftPartsPerMillion / PARTS);
    }

    private record Exchange(ClockOffset offset, long atNanos) {}
}
