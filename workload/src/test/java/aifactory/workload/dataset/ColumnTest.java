package aifactory.workload.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnTest {
    private static final int RECORDS = 1_000_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void columnsKeepWhatWasSetLast(long seed) {
        Random random = new Random(seed);
        IntColumn ints = new IntColumn(-1);
        LongColumn longs = new LongColumn(Long.MIN_VALUE);
        Map<Integer, Integer> expected = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            int record = random.nextInt(RECORDS);
            int number = random.nextInt(3) - 1;
            expected.put(record, number);
            ints.set(record, number);
            longs.set(record, number == -1 ? Long.MIN_VALUE : ((long) number << 40) + record);
        }
        for (int record = 0; record < RECORDS; record++) {
            int number = expected.getOrDefault(record, -1);
            assertThat(ints.get(record)).as("record %d, seed %d", record, seed).isEqualTo(number);
            assertThat(longs.get(record))
                    .as("record %d, seed %d", record, seed)
                    .isEqualTo(number == -1 ? Long.MIN_VALUE : ((long) number << 40) + record);
        }
    }
}
