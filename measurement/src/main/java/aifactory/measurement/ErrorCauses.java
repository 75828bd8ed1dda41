package aifactory.measurement;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The causes of failed requests: how often, since when, and in the server's own words. The result does not depend on
 * the order in which records are added as long as there are no more than {@link #MOST_CAUSES} causes.
 *
 * <p>Not thread-safe.
 */
public final class ErrorCauses {
    /** Causes beyond are counted together under {@link #OTHERS}. */
    public static final int MOST_CAUSES = 100;

    public static final String OTHERS = "others";

    private static final Pattern STATUS = Pattern.compile("^HTTP status \\d{3}: ");

    private final Map<Key, Entry> entries = new HashMap<>();

    /** The status is reported next to it. */
    private static String withoutStatus(String detail) {
        return STATUS.matcher(detail).replaceFirst("");
    }

    private record Key(String cause, @Nullable Integer status) {}

    private static final class Entry {
        private long count;
        private long firstNanos = Long.MAX_VALUE;
        private long sampleNanos = Long.MAX_VALUE;
        private long sampleIndex = Long.MAX_VALUE;
        private @Nullable String sample;

        private void add(RequestRecord record) {
            long failed = failedNanos(record);
            count++;
            firstNanos = Math.min(firstNanos, failed);
            boolean earlier = failed < sampleNanos || (failed == sampleNanos && record.index() < sampleIndex);
            if (record.errorDetail() != null && earlier) {
                sample = withoutStatus(record.errorDetail());
                sampleNanos = failed;
                sampleIndex = record.index();
            }
        }
    }

    /** Adds a failed request. */
    void add(RequestRecord record) {
        Key key = new Key(record.error() == null ? "unknown" : record.error(), record.httpStatus());
        if (!entries.containsKey(key) && entries.size() >= MOST_CAUSES) {
            key = new Key(OTHERS, null);
        }
        entries.computeIfAbsent(key, ignored -> new Entry()).add(record);
    }

    /** Records of earlier versions do not contain the time of the failure; the start of the request is used instead. */
    private static long failedNanos(RequestRecord record) {
        if (record.failedNanos() != null) {
            return record.failedNanos();
        }
        return record.startedNanos() == null ? record.scheduledNanos() : record.startedNanos();
    }

    /** The most frequent first. */
    public List<ErrorCause> byFrequency() {
        return entries.entrySet().stream()
                .map(entry -> new ErrorCause(
                        entry.getKey().cause(),
                        entry.getKey().status(),
                        entry.getValue().count,
                        entry.getValue().firstNanos,
                        entry.getValue().sample))
                .sorted(Comparator.comparingLong(ErrorCause::count)
                        .reversed()
                        .thenComparing(ErrorCause::cause)
                        .thenComparingInt(cause -> cause.status() == null ? 0 : cause.status()))
                .toList();
    }
}
