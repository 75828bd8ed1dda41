package aifactory.simulator.internal.timing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineHeapTest {
    private static final class Entry extends TimerEntry {
        @Override
        protected void due(long dueNanos) {}
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void agreesWithASortedListUnderRandomChanges(long seed) {
        Random random = new Random(seed);
        DeadlineHeap heap = new DeadlineHeap();
        List<TimerEntry> model = new ArrayList<>();
        for (int step = 0; step < 5_000; step++) {
            if (model.isEmpty() || random.nextInt(5) < 3) {
                TimerEntry entry = new Entry();
                entry.dueNanos = random.nextInt(1000);
                heap.add(entry);
                model.add(entry);
            } else {
                TimerEntry removed = model.remove(random.nextInt(model.size()));
                heap.remove(removed);
                assertThat(removed.isScheduled()).isFalse();
            }
            TimerEntry first = heap.first();
            assertThat(heap.size()).isEqualTo(model.size());
            assertThat(first == null ? null : first.dueNanos)
                    .as("seed %s step %s", seed, step)
                    .isEqualTo(model.stream()
                            .map(entry -> entry.dueNanos)
                            .min(Comparator.naturalOrder())
                            .orElse(null));
        }
    }

    @Test
    void comparesInstantsAcrossTheOverflowOfTheClock() {
        DeadlineHeap heap = new DeadlineHeap();
        TimerEntry before = new Entry();
        before.dueNanos = Long.MAX_VALUE - 1;
        TimerEntry after = new Entry();
        after.dueNanos = Long.MAX_VALUE + 5;
        heap.add(after);
        heap.add(before);
        assertThat(heap.first()).isSameAs(before);
    }
}
