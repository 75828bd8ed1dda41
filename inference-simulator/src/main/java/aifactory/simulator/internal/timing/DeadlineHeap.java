package aifactory.simulator.internal.timing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A binary heap of timer entries by due instant. Entries know their place, so removing one needs no search. Nothing is
 * allocated except when the heap outgrows its array. Not thread-safe.
 */
final class DeadlineHeap {
    private @Nullable TimerEntry[] entries = new @Nullable TimerEntry[64];
    private int size;

    int size() {
        return size;
    }

    /** The entry due first; null when empty. */
    @Nullable
    TimerEntry first() {
        return entries[0];
    }

    void add(TimerEntry entry) {
        if (size == entries.length) {
            entries = Arrays.copyOf(entries, size * 2);
        }
        size++;
        siftUp(size - 1, entry);
    }

    /** Removes an entry that is in this heap. */
    void remove(TimerEntry entry) {
        int index = entry.heapIndex;
        entry.heapIndex = TimerEntry.NOT_SCHEDULED;
        size--;
        TimerEntry last = at(size);
        entries[size] = null;
        if (index == size) {
            return;
        }
        siftDown(index, last);
        if (last.heapIndex == index) {
            siftUp(index, last);
        }
    }

    private void siftUp(int from, TimerEntry entry) {
        int index = from;
        while (index > 0) {
            int parentIndex = (index - 1) >>> 1;
            TimerEntry parent = at(parentIndex);
            if (parent.dueNanos - entry.dueNanos <= 0) {
                break;
            }
            place(index, parent);
            index = parentIndex;
        }
        place(index, entry);
    }

    private void siftDown(int from, TimerEntry entry) {
        int index = from;
        while (index < size >>> 1) {
            int childIndex = 2 * index + 1;
            TimerEntry child = at(childIndex);
            if (childIndex + 1 < size && at(childIndex + 1).dueNanos - child.dueNanos < 0) {
                childIndex++;
                child = at(childIndex);
            }
            if (entry.dueNanos - child.dueNanos <= 0) {
                break;
            }
            place(index, child);
            index = childIndex;
        }
        place(index, entry);
    }

    private TimerEntry at(int index) {
        TimerEntry entry = entries[index];
        if (entry == null) {
            throw new IllegalStateException("no entry at " + index + " of " + size);
        }
        return entry;
    }

    private void place(int index, TimerEntry entry) {
        entries[index] = entry;
        entry.heapIndex = index;
    }
}
