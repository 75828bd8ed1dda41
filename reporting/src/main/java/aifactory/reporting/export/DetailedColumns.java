package aifactory.reporting.export;

import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.RunPhase;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The requests of the measured window as columns, some forty bytes each, for exports that want one array a figure.
 *
 * <p>Not thread-safe.
 */
public final class DetailedColumns {
    private static final double NANOS_PER_SECOND = 1e9;

    private int[] inputTokens = new int[1024];
    private int[] outputTokens = new int[1024];
    private double[] timesToFirstTokenSeconds = new double[1024];
    private double[] latenciesSeconds = new double[1024];
    private double[] startsSeconds = new double[1024];
    private double[] heldBackSeconds = new double[1024];
    private String[] errors = new String[1024];
    private int size;
    private final Map<String, String> errorTexts = new HashMap<>();

    /** Takes one record; what is outside of the measured window is passed over. */
    public void add(RequestRecord record) {
        if (record.phase() != RunPhase.MEASURED) {
            return;
        }
        if (size == inputTokens.length) {
            grow(size * 2);
        }
        boolean completed = record.outcome() == RequestOutcome.COMPLETED;
        Long started = record.startedNanos();
        inputTokens[size] = record.inputTokens();
        outputTokens[size] = completed ? record.outputTokens() : 0;
        timesToFirstTokenSeconds[size] = completed ? secondsBetween(started, record.firstChunkNanos()) : 0;
        latenciesSeconds[size] = completed ? secondsBetween(started, record.doneNanos()) : 0;
        startsSeconds[size] = (started == null ? record.scheduledNanos() : started) / NANOS_PER_SECOND;
        heldBackSeconds[size] = record.dueDelayedByCapNanos() / NANOS_PER_SECOND;
        String error = completed ? "" : Objects.requireNonNullElse(record.error(), "cancelled");
        errors[size] = errorTexts.computeIfAbsent(error, text -> text);
        size++;
    }

    private static double secondsBetween(@Nullable Long start, @Nullable Long end) {
        return start == null || end == null ? 0 : (end - start) / NANOS_PER_SECOND;
    }

    private void grow(int length) {
        inputTokens = Arrays.copyOf(inputTokens, length);
        outputTokens = Arrays.copyOf(outputTokens, length);
        timesToFirstTokenSeconds = Arrays.copyOf(timesToFirstTokenSeconds, length);
        latenciesSeconds = Arrays.copyOf(latenciesSeconds, length);
        startsSeconds = Arrays.copyOf(startsSeconds, length);
        heldBackSeconds = Arrays.copyOf(heldBackSeconds, length);
        errors = Arrays.copyOf(errors, length);
    }

    void addTo(Map<String, @Nullable Object> members) {
        members.put("input_lens", Arrays.copyOf(inputTokens, size));
        members.put("output_lens", Arrays.copyOf(outputTokens, size));
        members.put("ttfts", Arrays.copyOf(timesToFirstTokenSeconds, size));
        members.put("latencies", Arrays.copyOf(latenciesSeconds, size));
        members.put("start_times", Arrays.copyOf(startsSeconds, size));
        members.put("queue_times", Arrays.copyOf(heldBackSeconds, size));
        members.put("errors", Arrays.copyOf(errors, size));
    }
}
