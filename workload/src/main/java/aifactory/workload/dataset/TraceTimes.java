package aifactory.workload.dataset;

import aifactory.workload.TimeUnitName;
import aifactory.workload.dataset.entry.Entry;
import aifactory.workload.dataset.source.DatasetException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Checks the times of a trace, and orders its sessions by them. Requests that are recorded in seconds and sent as
 * milliseconds would be a thousand times the load, without anything that looks wrong. Used once.
 */
final class TraceTimes {
    /** More requests per second than that, on average over the trace, no published trace has. */
    private static final double MOST_PER_SECOND = 10_000;

    private static final int FEWEST_FOR_RATE = 20;
    private static final Duration LONGEST_MEAN_GAP = Duration.ofMinutes(10);
    private static final long MOST_DISTANT_NANOS = Duration.ofDays(366).toNanos();
    /** 2001 to 2099 in seconds since 1970, as is. */
    private static final double EPOCH_SECONDS_FROM = 978e6;

    private static final double EPOCH_SECONDS_TO = 4.1e9;

    private final SessionTable sessions;
    private final @Nullable TimeUnitName unit;
    private final boolean declared;
    private int disordered;

    /**
     * @param unit of numbers; null for dates
     * @param declared whether the unit was declared, so that the times are taken as they are
     */
    TraceTimes(SessionTable sessions, @Nullable TimeUnitName unit, boolean declared) {
        this.sessions = sessions;
        this.unit = unit;
        this.declared = declared;
    }

    /** Receives the sessions that cannot be sent, and why. */
    interface ProblemReport {
        void bad(int record, String problem);
    }

    /**
     * Orders the sessions by their times, without those that have none.
     *
     * @throws DatasetException when there are no times, or they cannot be right
     */
    void order(ProblemReport report) throws DatasetException {
        long median = median();
        int[] order = new int[sessions.size()];
        int count = 0;
        long before = Long.MIN_VALUE;
        for (int session = 0; session < sessions.size(); session++) {
            long start = sessions.startNanos(session);
            if (start == Entry.NO_TIME) {
                report.bad(sessions.first(session), "has no timestamp");
            } else if (Math.abs(start - median) > MOST_DISTANT_NANOS) {
                report.bad(
                        sessions.first(session),
                        "has a timestamp that is "
                                + Duration.ofNanos(Math.abs(start - median)).toDays()
                                + " days from the middle of the trace");
            } else {
                disordered += start < before ? 1 : 0;
                before = Math.max(before, start);
                order[count++] = session;
            }
        }
        order = Arrays.copyOf(order, count);
        IntSort.sort(order, (one, other) -> Long.compare(sessions.startNanos(one), sessions.startNanos(other)));
        sessions.select(order, count);
        if (count > 0 && !declared) {
            checkUnit();
            checkRate();
        }
    }

    /** Sessions that were not in the order of time. */
    int disordered() {
        return disordered;
    }

    private long median() throws DatasetException {
        long[] starts = new long[sessions.size()];
        int count = 0;
        for (int session = 0; session < sessions.size(); session++) {
            long start = sessions.startNanos(session);
            if (start != Entry.NO_TIME) {
                starts[count++] = start;
            }
        }
        if (count == 0) {
            throw new DatasetException(
                    "has no timestamps, which arrival_pattern trace needs: choose another, such as poisson");
        }
        Arrays.sort(starts, 0, count);
        return starts[count / 2];
    }

    /** A trace that begins at more than a billion milliseconds counts in seconds since 1970. */
    private void checkUnit() throws DatasetException {
        if (unit == null || unit == TimeUnitName.S) {
            return;
        }
        double first = sessions.startNanos(0) / unit.nanos();
        for (TimeUnitName other : TimeUnitName.values()) {
            double seconds = first * other.nanos() / 1e9;
            if (other != unit && seconds >= EPOCH_SECONDS_FROM && seconds < EPOCH_SECONDS_TO) {
                throw new DatasetException(String.format(
                        Locale.ROOT,
                        "begins at %.0f, which looks like %s since 1970, and its format has %s: declare the unit with"
                                + " --trace-time-unit %s (time_unit), or %s if it is that",
                        first,
                        other.plural(),
                        unit.plural(),
                        name(other),
                        name(unit)));
            }
        }
    }

    private void checkRate() throws DatasetException {
        long span = sessions.startNanos(sessions.size() - 1) - sessions.startNanos(0);
        int gaps = sessions.size() - 1;
        String read = unit == null ? "dates" : unit.plural();
        if (gaps + 1 >= FEWEST_FOR_RATE && gaps > span / 1e9 * MOST_PER_SECOND && !(span == 0 && gaps < 1000)) {
            throw new DatasetException(String.format(
                    Locale.ROOT,
                    "has %d requests within %s when its times are read as %s: declare the unit with --trace-time-unit"
                            + " (time_unit) s, ms, us or ns%s",
                    gaps + 1,
                    TraceText.span(span),
                    read,
                    confirmation()));
        }
        if (gaps > 0 && span / gaps > LONGEST_MEAN_GAP.toNanos()) {
            throw new DatasetException(String.format(
                    Locale.ROOT,
                    "has %d requests within %s when its times are read as %s: declare the unit with --trace-time-unit"
                            + " (time_unit) s, ms, us or ns%s",
                    gaps + 1,
                    TraceText.span(span),
                    read,
                    confirmation()));
        }
    }

    private String confirmation() {
        return unit == null ? "" : ", also if it is " + name(unit);
    }

    private static String name(TimeUnitName unit) {
        return unit.name().toLowerCase(Locale.ROOT);
    }
}
