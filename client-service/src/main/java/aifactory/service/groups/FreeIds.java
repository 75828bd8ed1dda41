package aifactory.service.groups;

import aifactory.service.RequestRefusedException;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongPredicate;

/** Chooses ids for groups whose creators name none. Thread-safe. */
final class FreeIds {
    /** As the routes take them. */
    static final long HIGHEST = Integer.MAX_VALUE;

    @GuardedBy("this")
    private final Set<Long> reserved = new HashSet<>();

    /**
     * An id that is reserved until it is released: the next after the highest that was ever used, so that results of
     * deleted groups keep theirs; at the upper limit, the lowest unused id.
     *
     * @param highestUsed by any group so far
     * @param exists whether a group has the id
     */
    synchronized long reserve(long highestUsed, LongPredicate exists) {
        if (highestUsed < HIGHEST) {
            for (long id = Math.max(0, highestUsed) + 1; id <= HIGHEST; id++) {
                if (reserved.add(id)) {
                    return id;
                }
            }
        }
        for (long id = 1; id <= HIGHEST; id++) {
            if (!exists.test(id) && reserved.add(id)) {
                return id;
            }
        }
        throw RequestRefusedException.conflict("every id from 1 to " + HIGHEST + " is in use; delete groups first");
    }

    /** The id is used by a group now, or free again. */
    synchronized void release(long id) {
        reserved.remove(id);
    }
}
