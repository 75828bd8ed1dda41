package aifactory.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientSharesTest {
    @Test
    void whatSeveralClientsMayHaveAddedIsAddedUp() {
        ClientShares one = new ClientShares();
        one.boundedRequest(10);
        one.record(Metric.TTFT, 2_000_000);
        one.coalesced(3, 5_000_000);
        one.wallClockSteps(1, -2_000_000_000L);
        ClientShares other = new ClientShares();
        other.boundedRequest(20);
        other.record(Metric.TTFT, 1_000, 99);
        other.wallClockSteps(2, 1_000_000_000L);
        one.add(other);

        assertThat(one.source()).isEqualTo(ClientShares.Source.KERNEL);
        assertThat(one.of(Metric.TTFT).count()).isEqualTo(100);
        assertThat(one.of(Metric.TTFT).countAbove(1_000_000)).isEqualTo(1);
        assertThat(one.of(Metric.E2EL).count()).isZero();
        assertThat(one.chunks()).isEqualTo(30);
        assertThat(one.coalescedChunks()).isEqualTo(3);
        assertThat(one.wallClockSteps()).isEqualTo(3);
        assertThat(one.largestWallClockStepNanos()).isEqualTo(-2_000_000_000L);
    }

    @Test
    void requestsWithoutBoundsAreToldFromThoseWith() {
        ClientShares shares = new ClientShares();
        assertThat(shares.source()).isEqualTo(ClientShares.Source.PROCESS);
        shares.unboundedRequests(2);
        assertThat(shares.source()).isEqualTo(ClientShares.Source.PROCESS);
        shares.boundedRequest(0);
        assertThat(shares.source()).isEqualTo(ClientShares.Source.MIXED);
        shares.reset();
        shares.boundedRequest(0);
        assertThat(shares.source()).isEqualTo(ClientShares.Source.KERNEL);
    }

    @Test
    void aHistogramIsReadAsItWasWritten() {
        CoarseHistogram histogram = new CoarseHistogram();
        for (long nanos = 1; nanos < LatencyHistogram.HIGHEST_NANOS; nanos *= 3) {
            histogram.record(nanos, nanos % 7 + 1);
        }
        CoarseHistogram read = CoarseHistogram.decode(histogram.encode());

        assertThat(read.encode()).isEqualTo(histogram.encode());
        assertThat(read.count()).isEqualTo(histogram.count());
        assertThat(read.percentileNanos(99)).isEqualTo(histogram.percentileNanos(99));
        assertThat(CoarseHistogram.decode(new int[0]).count()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "-1,1", "5,0", "5,-3", "1000000,1", "5,1,5,1", "6,1,5,1"})
    void aHistogramThatNobodyCanHaveWrittenIsRefused(String numbers) {
        int[] encoded =
                Arrays.stream(numbers.split(",")).mapToInt(Integer::parseInt).toArray();
        assertThatThrownBy(() -> CoarseHistogram.decode(encoded))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("histogram");
    }
}
