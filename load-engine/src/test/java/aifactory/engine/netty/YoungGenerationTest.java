package aifactory.engine.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class YoungGenerationTest {
    @Test
    void it_is_filled_as_often_as_both_survivor_spaces_need() {
        boolean serial = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName)
                .anyMatch("Copy"::equals);
        long before = collections();
        YoungGeneration.touch();
        if (serial) {
            assertThat(collections() - before).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void as_much_is_allocated_as_was_asked_for() {
        long bytes = 10_000_000;
        assertThat(YoungGeneration.fill(bytes)).isBetween(bytes, bytes + (1 << 16));
        assertThat(YoungGeneration.fill(0)).isZero();
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }
}
