package aifactory.service.composition;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.service.testing.DelegatingThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The old generation is collected when it has grown, and not more often. */
final class OldGenerationTest {
    private static final long MEBIBYTE = 1L << 20;

    /** 40 MiB are in use for good; 2 MiB become garbage each second that the watcher sleeps. */
    private static final class GrowingHeap implements OldGeneration.Heap, DelegatingThreads {
        private final List<Long> collectedAtSeconds = new ArrayList<>();
        private final long endSeconds;
        private long seconds;
        private long garbageBytes;
        private long afterCollectionBytes;
        private long mostBytes;

        GrowingHeap(long endSeconds) {
            this.endSeconds = endSeconds;
        }

        @Override
        public long usedBytes() {
            return 40 * MEBIBYTE + garbageBytes;
        }

        @Override
        public long usedAfterCollectionBytes() {
            return afterCollectionBytes;
        }

        @Override
        public void collect() {
            collectedAtSeconds.add(seconds);
            garbageBytes = 0;
            afterCollectionBytes = usedBytes();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            if (seconds >= endSeconds) {
                throw new InterruptedException();
            }
            seconds += duration.toSeconds();
            garbageBytes += 2 * MEBIBYTE * duration.toSeconds();
            mostBytes = Math.max(mostBytes, usedBytes());
        }
    }

    @Test
    void itIsCollectedWhenItHasGrownByAQuarterAndTwentyFourMebibytes() {
        GrowingHeap heap = new GrowingHeap(600);
        new OldGeneration(heap, heap).run();
        assertThat(Thread.interrupted()).as("ends when it is interrupted").isTrue();
        assertThat(heap.mostBytes).as("bounded").isLessThanOrEqualTo((40 + 34 + 20) * MEBIBYTE);
        assertThat(heap.collectedAtSeconds).startsWith(10L, 30L, 50L).hasSize(30);
    }

    @Test
    void whatDoesNotGrowIsLeftAlone() {
        GrowingHeap heap = new GrowingHeap(10);
        heap.collect();
        new OldGeneration(heap, heap).run();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(heap.collectedAtSeconds).as("that of the test").containsExactly(0L);
    }

    @Test
    void theOldGenerationOfThisProcessIsFoundAndCollected() {
        OldGeneration.serial().ifPresent(heap -> {
            heap.collect();
            assertThat(heap.usedAfterCollectionBytes()).isPositive().isLessThan(8L << 30);
            assertThat(heap.usedBytes()).isPositive();
        });
        assertThat(OldGeneration.serial())
                .as("tests run with the serial collector, as the service")
                .isPresent();
    }
}
