package aifactory.workload.dataset;

import aifactory.workload.SeededHash;
import java.util.Arrays;

/**
 * Numbers by identifier, for millions of identifiers: open addressing on 64-bit keys. Identifiers that are whole
 * numbers are their own keys; of texts the hash is taken, of which two among a million are equal with a probability of
 * less than 1 in 10 million.
 *
 * <p>Not thread-safe.
 */
final class IdentifierMap {
    /** No number is negative. */
    static final int ABSENT = -1;

    /** Numbers of the entries from 0. Only these few bytes of each are copied when the map grows. */
    private int[] slots = emptySlots(1 << 10);

    private final LongColumn keys = new LongColumn(0);
    private final IntColumn values = new IntColumn(ABSENT);
    private int size;

    static long key(String identifier) {
        if (identifier.length() <= 18 && identifier.matches("-?\\d+")) {
            return Long.parseLong(identifier);
        }
        return SeededHash.ofText(identifier);
    }

    int get(long key) {
        int entry = slots[slot(key)];
        return entry == ABSENT ? ABSENT : values.get(entry);
    }

    void put(long key, int value) {
        int slot = slot(key);
        if (slots[slot] != ABSENT) {
            values.set(slots[slot], value);
            return;
        }
        slots[slot] = size;
        keys.set(size, key);
        values.set(size, value);
        size++;
        if (size * 2 > slots.length) {
            grow();
        }
    }

    private int slot(long key) {
        int mask = slots.length - 1;
        int slot = (int) SeededHash.mix(key) & mask;
        while (slots[slot] != ABSENT && keys.get(slots[slot]) != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        slots = emptySlots(slots.length * 2);
        for (int entry = 0; entry < size; entry++) {
            slots[slot(keys.get(entry))] = entry;
        }
    }

    private static int[] emptySlots(int length) {
        int[] slots = new int[length];
        Arrays.fill(slots, ABSENT);
        return slots;
    }
}
