package aifactory.service.composition;

import aifactory.service.ServiceThreads;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.Optional;

/**
 * Collects the old generation of the heap when it has grown. The serial collector does that only when the heap cannot
 * become larger; until then a service with many clients would keep the remains of every answered poll, and take memory
 * of the login node up to the largest heap. A collection pauses the process for about a millisecond per megabyte in
 * use. Thread-safe.
 */
public final class OldGeneration {
    /** How much may be added before it is collected: a quarter of what was in use, and this. */
    private static final long GROWTH_BYTES = 24L << 20;

    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final String SERIAL_POOL = "Tenured Gen";

    private final Heap heap;
    private final ServiceThreads threads;

    /** What is known of the old generation. */
    interface Heap {
        /** Objects in use, and what was in use before and is not collected. */
        long usedBytes();

        /** What was in use after the last collection; 0 before the first. */
        long usedAfterCollectionBytes();

        /** Collects the whole heap. */
        void collect();
    }

    OldGeneration(Heap heap, ServiceThreads threads) {
        this.heap = heap;
        this.threads = threads;
    }

    /** Watches the heap of this process until the process ends, where its collector is the serial one. */
    public static void watch(ServiceThreads threads) {
        serial().ifPresent(heap -> threads.lasting("old-generation", new OldGeneration(heap, threads)::run)
                .start());
    }

    static Optional<Heap> serial() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().equals(SERIAL_POOL))
                .<Heap>map(SerialHeap::new)
                .findFirst();
    }

    void run() {
        try {
            while (true) {
                threads.sleep(INTERVAL);
                long before = heap.usedAfterCollectionBytes();
                if (heap.usedBytes() > before + before / 4 + GROWTH_BYTES) {
                    heap.collect();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record SerialHeap(MemoryPoolMXBean pool) implements Heap {
        @Override
        public long usedBytes() {
            return pool.getUsage().getUsed();
        }

        @Override
        public long usedAfterCollectionBytes() {
            MemoryUsage usage = pool.getCollectionUsage();
            return usage == null ? 0 : usage.getUsed();
        }

        @Override
        public void collect() {
            System.gc();
        }
    }
}
