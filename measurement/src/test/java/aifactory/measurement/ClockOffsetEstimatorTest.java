package aifactory.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.measurement.ClockOffsetEstimator.Verdict;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClockOffsetEstimatorTest {
    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1_000 * MILLISECOND;
    private static final long EPOCH = 1_800_000_000L * SECOND;

    @Test
    void thereIsNoEstimateBeforeTheFirstExchange() {
        assertThat(new ClockOffsetEstimator().estimate(0)).isEmpty();
    }

    @Test
    void aSymmetricExchangeGivesTheExactOffsetWhateverTimeTheRequestWasHeld() {
        ClockOffsetEstimator estimator = new ClockOffsetEstimator(0);
        long offset = EPOCH - 5 * SECOND;

        estimator.add(10 * SECOND, 10 * SECOND + offset + MILLISECOND, 35 * SECOND + offset - MILLISECOND, 35 * SECOND);

        assertThat(estimator.estimate(35 * SECOND)).hasValue(new ClockOffset(offset, MILLISECOND));
    }

    @Test
    void theSmallestRoundTripWins() {
        ClockOffsetEstimator estimator = new ClockOffsetEstimator(0);

        assertThat(estimator.add(0, 9 * MILLISECOND, 9 * MILLISECOND, 10 * MILLISECOND))
                .isEqualTo(Verdict.BETTER);
        assertThat(estimator.add(20 * MILLISECOND, 21 * MILLISECOND, 21 * MILLISECOND, 22 * MILLISECOND))
                .isEqualTo(Verdict.BETTER);
        assertThat(estimator.add(30 * MILLISECOND, 39 * MILLISECOND, 39 * MILLISECOND, 40 * MILLISECOND))
                .isEqualTo(Verdict.WORSE);

        assertThat(estimator.estimate(40 * MILLISECOND)).hasValue(new ClockOffset(0, MILLISECOND));
    }

    @Test
    void anExchangeLosesItsCertaintyWithAgeAndGivesWayToANewerOne() {
        ClockOffsetEstimator estimator = new ClockOffsetEstimator(50);
        estimator.add(0, MILLISECOND, MILLISECOND, 2 * MILLISECOND);

        long later = 2 * MILLISECOND + 100 * SECOND;
        assertThat(estimator.estimate(later).orElseThrow().uncertaintyNanos())
                .as("1 ms, half the drift of a 2 ms exchange, and 50 ppm of 100 s")
                .isEqualTo(MILLISECOND + 50 + 5 * MILLISECOND);
        assertThat(estimator.add(later, later + 5 * MILLISECOND, later + 5 * MILLISECOND, later + 10 * MILLISECOND))
                .isEqualTo(Verdict.BETTER);
    }

    @Test
    void aRemoteClockThatWasSetIsFollowedAtOnce() {
        ClockOffsetEstimator estimator = new ClockOffsetEstimator(50);
        estimator.add(0, 100, 100, 200);

        Verdict verdict = estimator.add(SECOND, SECOND + 3 * SECOND, SECOND + 3 * SECOND, SECOND + 20 * MILLISECOND);

        assertThat(verdict).isEqualTo(Verdict.CONTRADICTS);
        ClockOffset offset = estimator.estimate(SECOND + 20 * MILLISECOND).orElseThrow();
        assertThat(Math.abs(offset.offsetNanos() - 3 * SECOND)).isLessThanOrEqualTo(offset.uncertaintyNanos());
    }

    @Test
    void anExchangeThatNoClocksCanProduceIsLeftOut() {
        ClockOffsetEstimator estimator = new ClockOffsetEstimator(50);

        assertThat(estimator.add(100, 0, 0, 99)).as("received before sent").isEqualTo(Verdict.IMPOSSIBLE);
        assertThat(estimator.add(0, 100, 99, 1_000))
                .as("answered before received")
                .isEqualTo(Verdict.IMPOSSIBLE);
        assertThat(estimator.add(0, 0, SECOND, MILLISECOND))
                .as("held longer than the whole exchange took")
                .isEqualTo(Verdict.IMPOSSIBLE);
        assertThat(estimator.estimate(0)).isEmpty();
    }

    @Test
    void timesAreMappedInBothDirections() {
        ClockOffset offset = new ClockOffset(EPOCH, 5);

        assertThat(offset.toLocalNanos(EPOCH + 7)).isEqualTo(7);
        assertThat(offset.toRemoteNanos(7)).isEqualTo(EPOCH + 7);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
    void aDriftThatIsNoneIsRefusedByValue(double drift) {
        assertThatThrownBy(() -> new ClockOffsetEstimator(drift))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(drift));
    }

    /**
     * Clocks of any origin and any drift within the bound, delays of any asymmetry, requests held for any time: the
     * true offset is never farther from the estimate than the uncertainty says.
     */
    @Test
    void theTrueOffsetIsAlwaysWithinTheUncertainty() {
        for (long seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            SkewedClocks clocks = new SkewedClocks(random);
            ClockOffsetEstimator estimator = new ClockOffsetEstimator(50);
            for (int exchange = 0; exchange < 100; exchange++) {
                long sent = clocks.localNanos();
                clocks.advance(delay(random));
                long remoteReceived = clocks.remoteNanos();
                clocks.advance(random.nextInt(4) == 0 ? random.nextLong(30 * SECOND) : random.nextLong(MILLISECOND));
                long remoteSent = clocks.remoteNanos();
                clocks.advance(delay(random));
                Verdict verdict = estimator.add(sent, remoteReceived, remoteSent, clocks.localNanos());
                assertThat(verdict).as("seed %s exchange %s", seed, exchange).isIn(Verdict.BETTER, Verdict.WORSE);

                clocks.advance(random.nextLong(20 * SECOND));
                ClockOffset offset = estimator.estimate(clocks.localNanos()).orElseThrow();
                long error = Math.abs(clocks.remoteNanos() - clocks.localNanos() - offset.offsetNanos());
                assertThat(error)
                        .as("seed %s exchange %s: error against uncertainty in ns", seed, exchange)
                        .isLessThanOrEqualTo(offset.uncertaintyNanos() + 2);
            }
        }
    }

    /** Delays mostly short, sometimes up to half a second, each direction on its own. */
    private static long delay(SplittableRandom random) {
        return random.nextInt(5) == 0 ? random.nextLong(SECOND / 2) : random.nextLong(20_000, MILLISECOND);
    }

    /** Two clocks that run apart by up to 50 ppm and share no origin; readings are exact to 1 ns. */
    private static final class SkewedClocks {
        private final double rate;
        private final long localOrigin;
        private final long remoteOrigin;
        private long localElapsed;

        SkewedClocks(SplittableRandom random) {
            this.rate = 1 + random.nextDouble(-49e-6, 49e-6);
            // A monotonic clock may start anywhere, near the end of its range too.
            this.localOrigin = random.nextBoolean() ? random.nextLong() : random.nextLong(1_000 * SECOND);
            this.remoteOrigin = EPOCH + random.nextLong(SECOND);
        }

        void advance(long nanos) {
            localElapsed += nanos;
        }

        long localNanos() {
            return localOrigin + localElapsed;
        }

        long remoteNanos() {
            return remoteOrigin + Math.round(localElapsed * rate);
        }
    }
}
