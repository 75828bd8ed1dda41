package aifactory.measurement;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The expected values are worked out by hand from the definitions in {@code docs/methodology.md}. */
final class LatencyFormulasTest {
    @Test
    void latenciesCountFromTheStartOfTheRequest() {
        assertThat(LatencyFormulas.timeToFirstTokenNanos(1_000, 51_000)).isEqualTo(50_000);
        assertThat(LatencyFormulas.endToEndLatencyNanos(1_000, 151_007)).isEqualTo(150_007);
    }

    @Test
    void theFirstTokenIsNoPartOfTheTimePerOutputToken() {
        // 11 tokens, 10 gaps, 100,007 ns from the first to the last chunk.
        assertThat(LatencyFormulas.timePerOutputTokenNanos(51_000, 151_007, 11)).isEqualTo(10_000);
        assertThat(LatencyFormulas.exactTimePerOutputTokenNanos(51_000, 151_007, 11))
                .isEqualTo(10_000.7);
        assertThat(LatencyFormulas.hasTimePerOutputToken(2)).isTrue();
        assertThat(LatencyFormulas.hasTimePerOutputToken(1)).isFalse();
        assertThat(LatencyFormulas.hasTimePerOutputToken(0)).isFalse();
    }

    @Test
    void theCorrectedTimeLeavesOutAllTokensOfTheFirstChunk() {
        assertThat(LatencyFormulas.timePerOutputTokenNanos(51_000, 151_000, 11, 3))
                .isEqualTo(12_500);
    }
}
