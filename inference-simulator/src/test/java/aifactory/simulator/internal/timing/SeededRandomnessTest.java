package aifactory.simulator.internal.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SeededRandomnessTest {
    @Test
    void isAFunctionOfSeedStreamAndIndex() {
        SeededRandomness one = new SeededRandomness(7);
        assertThat(one.bits(1, 5)).isEqualTo(new SeededRandomness(7).bits(1, 5));
        assertThat(LongStream.of(one.bits(1, 5), one.bits(1, 6), one.bits(2, 5), new SeededRandomness(8).bits(1, 5)))
                .doesNotHaveDuplicates();
        assertThat(one.generator(1, 5).nextLong())
                .isEqualTo(new SeededRandomness(7).generator(1, 5).nextLong());
    }

    @Test
    void neighbouringIndicesAreSpreadEvenly() {
        SeededRandomness randomness = new SeededRandomness(7);
        double mean = LongStream.range(0, 100_000)
                .mapToDouble(index -> randomness.uniform(3, index))
                .average()
                .orElseThrow();
        long belowATenth = LongStream.range(0, 100_000)
                .filter(index -> randomness.uniform(3, index) < 0.1)
                .count();
        assertThat(mean).isCloseTo(0.5, within(0.005));
        assertThat(belowATenth).isBetween(9_500L, 10_500L);
    }
}
