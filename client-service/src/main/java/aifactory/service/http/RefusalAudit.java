package aifactory.service.http;

import aifactory.measurement.MonotonicClock;
import aifactory.service.Journal;
import aifactory.service.persistence.JournalStore;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.javalin.http.Context;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Records refused requests: every attempt to change something, and every request without a valid token. Endless
 * attempts fill the journal no faster than a few lines per second; the number of omitted lines is recorded.
 * Thread-safe.
 */
final class RefusalAudit {
    private static final int MOST_AT_ONCE = 600;
    private static final long NANOS_PER_LINE = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int LONGEST = 400;

    private final JournalStore journalStore;
    private final Journal journal;
    private final MonotonicClock clock;
    private final Runnable dropped;

    @GuardedBy("this")
    private long refilledNanos;

    @GuardedBy("this")
    private int free = MOST_AT_ONCE;

    @GuardedBy("this")
    private long leftOut;

    /** @param dropped called for each omitted line */
    RefusalAudit(JournalStore journalStore, Journal journal, MonotonicClock clock, Runnable dropped) {
        this.dropped = dropped;
        this.journalStore = journalStore;
        this.journal = journal;
        this.clock = clock;
        this.refilledNanos = clock.nanoTime();
    }

    /** Notes a refusal, if it is of a kind that matters. */
    void note(Context context, int status, String detail) {
        boolean changes = !context.method().name().equals("GET");
        if (status < 400 || !(changes || status == 401 || status == 403)) {
            return;
        }
        long missed;
        synchronized (this) {
            long refill = (clock.nanoTime() - refilledNanos) / NANOS_PER_LINE;
            if (refill > 0) {
                free = (int) Math.min(MOST_AT_ONCE, free + refill);
                refilledNanos += refill * NANOS_PER_LINE;
            }
            if (free == 0) {
                leftOut++;
                missed = -1;
            } else {
                free--;
                missed = leftOut;
                leftOut = 0;
            }
        }
        if (missed < 0) {
            dropped.run();
            return;
        }
        String words = status + " " + context.method() + " " + context.path() + ": " + detail
                + (missed == 0 ? "" : " (" + missed + " earlier refusals were not recorded)");
        String line = words.replaceAll("\\p{Cntrl}", "?");
        boolean taken = journalStore.addIfIdle(journal.request(
                "refused", benchmarkId(context), line.length() > LONGEST ? line.substring(0, LONGEST) : line));
        if (!taken) {
            // The database is unavailable: a refused request must not wait for it, nor take the place of data that has
            // to be stored.
            dropped.run();
            synchronized (this) {
                leftOut += missed + 1;
            }
        }
    }

    private static @Nullable Long benchmarkId(Context context) {
        String id = context.pathParamMap().getOrDefault("id", "");
        return id.matches("\\d{1,9}") ? Long.valueOf(id) : null;
    }
}
