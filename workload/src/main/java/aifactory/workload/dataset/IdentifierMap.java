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

    private long[] keys = new long[1 << 10];
    private int[] values = emptyValues(1 << 10);
    private int size;

    static long key(String identifier) {
        if (identifier.length() <= 18 && identifier.matches("-?\\d+")) {
            return Long.parseLong(identifier);
        }
        return SeededHash.ofText(identifier);
    }

    int get(long key) {
        return values[slot(key)];
    }

    void put(long key, int value) {
        int slot = slot(key);
        if (values[slot] == ABSENT) {
            size++;
        }
        keys[slot] = key;
        values[slot] = value;
        if (size * 2 > keys.length) {
            grow();
        }
    }

    private int slot(long key) {
        int mask = keys.length - 1;
        int slot = (int) SeededHash.mix(key) & mask;
        while (values[slot] != ABSENT && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = emptyValues(oldKeys.length * 2);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != ABSENT) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }

    private static int[] emptyValues(int length) {
        int[] values = new int[length];
        Arrays.fill(values, ABSENT);
        return values;
    }
}
