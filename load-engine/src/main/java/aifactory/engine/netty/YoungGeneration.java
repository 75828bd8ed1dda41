package aifactory.engine.netty;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of the heap in which a run allocates. The system provides a page when it is first written; left to the run,
 * this would happen on the event loops and lengthen the collections. Done before a run instead of at the start of the
 * process, so that a client that waits for work does not hold the memory.
 */
final class YoungGeneration {
    private static final int PART_BYTES = 1 << 16;
    /** What is kept alive over the collections, so that each of the two survivor spaces is written too. */
    private static final long KEPT_BYTES = 4 << 20;
    /** Two collections at least, one for each survivor space. */
    private static final int FILLINGS = 3;
    /**
     * Of more than this, part is left to the run: a heap that was made larger by hand is no reason to use all of it.
     */
    private static final long MOST_BYTES = 512L << 20;

    private YoungGeneration() {}

    /** Writes to all of it; takes some tens of milliseconds. Does nothing with a collector that has no such part. */
    static void touch() {
        long eden = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getName().equals("Eden Space"))
                .mapToLong(YoungGeneration::committedBytes)
                .sum();
        fill(Math.min(eden, MOST_BYTES) * FILLINGS);
    }

    private static long committedBytes(MemoryPoolMXBean pool) {
        return pool.getUsage().getCommitted();
    }

    /** @return the bytes that were allocated */
    static long fill(long bytes) {
        List<byte[]> kept = new ArrayList<>();
        long allocated = 0;
        while (allocated < bytes) {
            byte[] part = new byte[PART_BYTES];
            if (allocated < KEPT_BYTES) {
                kept.add(part);
            } else {
                // Replaced in turn, so that every part is reachable for a while and none is optimised away.
                kept.set((int) (allocated / PART_BYTES % kept.size()), part);
            }
            allocated += part.length;
        }
        return allocated;
    }
}
