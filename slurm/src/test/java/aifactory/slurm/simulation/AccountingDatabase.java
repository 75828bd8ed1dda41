package aifactory.slurm.simulation;

import aifactory.slurm.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code slurmdbd} knows: rows that stay when the controller forgets. Guarded by the cluster's lock. */
final class AccountingDatabase {
    /** A job between two changes of its size. */
    record Row(
            SimulatedJob job,
            JobState state,
            String stateWords,
            String reason,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt,
            List<String> nodes,
            int exitCode,
            int exitSignal,
            Duration elapsed) {
        static Row of(SimulatedJob job, Instant now) {
            String words = job.state == JobState.CANCELLED && job.cancelledBy != null
                    ? "CANCELLED by " + job.cancelledBy
                    : job.state == JobState.COMPLETING ? "RUNNING" : job.state.name();
            return new Row(
                    job,
                    job.state == JobState.COMPLETING ? JobState.RUNNING : job.state,
                    words,
                    job.state == JobState.PENDING || job.startedAt == null ? job.reason : "None",
                    job.startedAt,
                    job.endedAt,
                    List.copyOf(job.nodes),
                    job.exitCode,
                    job.exitSignal,
                    job.elapsed(now));
        }

        /** As the row stands when the job lost a node. */
        Row resized(Instant now) {
            Duration until = startedAt == null ? Duration.ZERO : Duration.between(startedAt, now);
            return new Row(job, JobState.RESIZING, "RESIZING", reason, startedAt, now, nodes, 0, 0, until);
        }
    }

    private final Map<Long, List<Row>> rows = new LinkedHashMap<>();

    /** Replaces the newest row of the job. */
    void record(Row row) {
        List<Row> known = rows.computeIfAbsent(row.job.id, id -> new ArrayList<>());
        if (!known.isEmpty()) {
            known.removeLast();
        }
        known.add(row);
    }

    /** Closes the newest row and begins another. */
    void resize(Row before, Row after) {
        List<Row> known = rows.computeIfAbsent(after.job.id, id -> new ArrayList<>());
        if (!known.isEmpty()) {
            known.removeLast();
        }
        known.add(before);
        known.add(after);
    }

    Collection<List<Row>> all() {
        return rows.values();
    }
}
