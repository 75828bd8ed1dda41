package aifactory.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class ModelMixTest {
    private static ModelMix mix(long seed) {
        Map<String, Double> models = new LinkedHashMap<>();
        models.put("base", 0.7);
        models.put("adapter", 0.2);
        models.put("rare", 0.1);
        WorkloadSpecification.Builder sample = new WorkloadSpecification.Builder();
        sample.seed = seed;
        sample.payload = new RequestPayload(null, 8, models, null, null, 0);
        return ModelMix.of(sample.build()).orElseThrow();
    }

    @Test
    void requestsAreSharedByWeight() {
        ModelMix mix = mix(3);
        long[] counts = new long[3];
        LongStream.range(0, 100_000).forEach(index -> counts[mix.of(index)]++);
        assertThat(mix.names()).containsExactly("base", "adapter", "rare");
        assertThat(counts[0]).isBetween(69_000L, 71_000L);
        assertThat(counts[1]).isBetween(19_200L, 20_800L);
        assertThat(counts[2]).isBetween(9_300L, 10_700L);
    }

    @Test
    void theSameSeedGivesTheSameModels() {
        assertThat(LongStream.range(0, 1000).map(index -> mix(5).of(index)).toArray())
                .isEqualTo(
                        LongStream.range(0, 1000).map(index -> mix(5).of(index)).toArray())
                .isNotEqualTo(
                        LongStream.range(0, 1000).map(index -> mix(6).of(index)).toArray());
    }

    @Test
    void oneModelIsNoMix() {
        assertThat(ModelMix.of(new WorkloadSpecification.Builder().build())).isEmpty();
    }
}
