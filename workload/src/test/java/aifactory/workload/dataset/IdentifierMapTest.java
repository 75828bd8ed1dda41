package aifactory.workload.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifierMapTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void numbersAreFoundByTheirIdentifiersAfterItHasGrown(long seed) {
        Random random = new Random(seed);
        IdentifierMap map = new IdentifierMap();
        Map<Long, Integer> expected = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            long key = random.nextInt(30_000) - 1_000L;
            assertThat(map.get(key)).as("key %d, seed %d", key, seed).isEqualTo(expected.getOrDefault(key, -1));
            map.put(key, i);
            expected.put(key, i);
        }
        expected.forEach((key, number) ->
                assertThat(map.get(key)).as("key %d, seed %d", key, seed).isEqualTo(number));
        assertThat(map.get(40_000)).isEqualTo(IdentifierMap.ABSENT);
    }
}
