package aifactory.engine.stamp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stamps of the kernel on the monotonic clock, also when the wall clock is set meanwhile. */
class ArrivalClockTest {
    private static final long OFFSET = 1_790_000_000_123_456_789L;
    private static final long MILLISECOND = 1_000_000;

    private final SteppedClocks clocks = new SteppedClocks(OFFSET);
    private final ArrivalClock clock = new ArrivalClock(clocks, clocks);
    private final Arrival arrival = new Arrival();

    @Test
    void theKernelsStampIsTakenWithinWhatIsKnownWithoutIt() {
        long read = clocks.nanos + 10 * MILLISECOND;
        boolean kernel = clock.stamp(OFFSET + read - 3 * MILLISECOND, read, read - 8 * MILLISECOND, arrival);

        assertThat(kernel).isTrue();
        assertThat(arrival.isExact()).isTrue();
        assertThat(arrival.nanos()).isBetween(read - 3 * MILLISECOND - 50, read - 3 * MILLISECOND + 50);
        assertThat(arrival.widthNanos()).isLessThan(100);
        assertThat(arrival.coalescedWidthNanos()).isBetween(5 * MILLISECOND - 50, 5 * MILLISECOND + 50);
    }

    @Test
    void aReadThatTheKernelDidNotStampHasTheProcesssStampAndItsWidth() {
        long read = clocks.nanos + 10 * MILLISECOND;
        boolean kernel = clock.stamp(ArrivalClock.NO_STAMP, read, read - 8 * MILLISECOND, arrival);

        assertThat(kernel).isFalse();
        assertThat(arrival.isExact()).isFalse();
        assertThat(arrival.isBounded()).isTrue();
        assertThat(arrival.nanos()).isEqualTo(read);
        assertThat(arrival.widthNanos()).isEqualTo(8 * MILLISECOND);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {-3_600_000_000_000L, -1_000_000_000L, -5_000_000L, 5_000_000L, 1_000_000_000L, 3_600_000_000_000L})
    void aStepOfTheWallClockIsNoticedByTheFirstReadBehindItAndVoidsNothing(long step) {
        clocks.offsetNanos += step;
        clocks.nanos += 10 * MILLISECOND;
        long read = clocks.nanos;
        long arrived = read - MILLISECOND;
        boolean kernel = clock.stamp(clocks.offsetNanos + arrived, read, read - 2 * MILLISECOND, arrival);

        assertThat(kernel).isTrue();
        assertThat(arrival.nanos()).isBetween(arrived - 50, arrived + 50);
        assertThat(clock.offset().steps()).isEqualTo(1);
        assertThat(clock.offset().largestStepNanos()).isBetween(step - 50, step + 50);
    }

    @Test
    void aSmallStepIsNoticedByTheNextComparisonAndUntilThenStaysWithinWhatIsKnown() {
        clocks.offsetNanos += 400_000;
        long read = clocks.nanos + 10 * MILLISECOND;
        long arrived = read - 500_000;
        clock.stamp(clocks.offsetNanos + arrived, read, read - MILLISECOND, arrival);
        assertThat(arrival.nanos()).isBetween(read - MILLISECOND, read);

        assertThat(clock.offset().sample()).isTrue();
        clock.stamp(clocks.offsetNanos + arrived, read, read - MILLISECOND, arrival);
        assertThat(arrival.nanos()).isBetween(arrived - 50, arrived + 50);
        assertThat(clock.offset().steps()).isEqualTo(1);
    }

    /** Of segments that came out of order the stamp is that of one that came too early to be read. */
    @Test
    void aStampFromBeforeItCanHaveArrivedIsNotTaken() {
        long read = clocks.nanos + 100 * MILLISECOND;
        boolean kernel = clock.stamp(OFFSET + read - 30 * MILLISECOND, read, read - 8 * MILLISECOND, arrival);

        assertThat(kernel).isFalse();
        assertThat(arrival.nanos()).isEqualTo(read);
        assertThat(arrival.widthNanos()).isEqualTo(8 * MILLISECOND);
        assertThat(clock.offset().steps()).isZero();
    }

    @Test
    void aLookThatTookLongIsReplacedByABetterOneAndIsNoStep() {
        clocks.lookNanos = 4 * MILLISECOND;
        ArrivalClock begunBadly = new ArrivalClock(clocks, clocks);
        assertThat(begunBadly.offset().uncertaintyNanos()).isGreaterThan(MILLISECOND);

        clocks.lookNanos = 40;
        assertThat(begunBadly.offset().sample()).isFalse();
        assertThat(begunBadly.offset().uncertaintyNanos()).isLessThan(100);
        clocks.lookNanos = 4 * MILLISECOND;
        assertThat(begunBadly.offset().sample()).isFalse();
        assertThat(begunBadly.offset().uncertaintyNanos()).isLessThan(100);
        assertThat(begunBadly.offset().steps()).isZero();
    }
}
