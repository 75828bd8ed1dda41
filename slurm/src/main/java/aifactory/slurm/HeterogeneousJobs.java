package aifactory.slurm;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Slurm lists the components of a heterogeneous job like jobs, each with its own id, state and nodes, in any order.
 * These functions make one observation of them: the job has the id and, in the end, the outcome of its first component,
 * which runs the batch script.
 */
public final class HeterogeneousJobs {
    private HeterogeneousJobs() {}

    /**
     * A row of Slurm's.
     *
     * @param leader the id of the whole job
     * @param offset of the component, -1 for a job without components
     */
    public record Row(JobId leader, int offset, JobObservation job) {
        /**
         * @param displayed as {@code squeue} and {@code sacct} print the id: {@code 7+1} for a component
         */
        public static Row of(String displayed, JobObservation job) {
            int plus = displayed.indexOf('+');
            int dot = displayed.indexOf('.');
            String offset = plus < 0 ? "" : displayed.substring(plus + 1, dot < plus ? displayed.length() : dot);
            return offset.matches("[0-9]{1,6}") && displayed.substring(0, plus).matches("[1-9][0-9]{0,17}")
                    ? new Row(JobId.parse(displayed.substring(0, plus)), Integer.parseInt(offset), job)
                    : new Row(job.id(), -1, job);
        }

        /** @param leader 0 for a job without components */
        public static Row of(long leader, long offset, JobObservation job) {
            return leader <= 0
                    ? new Row(job.id(), -1, job)
                    : new Row(new JobId(leader), (int) Math.max(0, offset), job);
        }
    }

    /**
     * One observation for each job, in the order of their first rows. Of several rows of one component, the last one
     * counts.
     */
    public static List<JobObservation> merge(Collection<Row> rows) {
        Map<JobId, Map<Integer, JobObservation>> jobs = new LinkedHashMap<>();
        for (Row row : rows) {
            jobs.computeIfAbsent(row.leader, id -> new TreeMap<>()).put(row.offset, row.job);
        }
        List<JobObservation> merged = new ArrayList<>();
        jobs.forEach((id, components) -> {
            JobObservation plain = components.get(-1);
            merged.add(plain != null ? plain : whole(id, components));
        });
        return merged;
    }

    private static JobObservation whole(JobId id, Map<Integer, JobObservation> byOffset) {
        List<JobObservation> components = List.copyOf(byOffset.values());
        JobObservation first = components.getFirst();
        List<JobComponent> parts = byOffset.entrySet().stream()
                .map(entry -> component(entry.getKey(), entry.getValue()))
                .toList();
        boolean isEnding = isEnding(first, components);
        JobState state = isEnding ? JobState.COMPLETING : first.state();
        return new JobObservation(
                id,
                first.name(),
                state,
                isEnding ? state.name() : first.stateWords(),
                reason(first, components),
                first.partition(),
                first.submittedAt(),
                state.phase() == JobState.Phase.WAITING ? latest(components) : first.startsAt(),
                first.endsAt(),
                nodes(components, state),
                isEnding ? null : first.exit(),
                components.stream().mapToInt(JobObservation::restarts).max().orElse(-1),
                first.source(),
                parts);
    }

    private static JobComponent component(int offset, JobObservation job) {
        return new JobComponent(
                offset, job.id(), job.state(), job.stateWords(), job.reason(), job.partition(), job.nodes());
    }

    /** The accounting database may receive the end of a component late or never; the controller knows them all. */
    private static boolean isEnding(JobObservation first, List<JobObservation> components) {
        return first.source() != JobObservation.Source.ACCOUNTING
                && first.state().isTerminal()
                && components.stream().anyMatch(job -> switch (job.state().phase()) {
                    case RUNNING, ENDING -> true;
                    case WAITING, ENDED, UNCERTAIN -> false;
                });
    }

    private static @Nullable String reason(JobObservation first, List<JobObservation> components) {
        return first.reason() != null
                ? first.reason()
                : components.stream()
                        .map(JobObservation::reason)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
    }

    /** The whole job starts when the last of its components can. */
    private static @Nullable Instant latest(List<JobObservation> components) {
        return components.stream()
                .map(JobObservation::startsAt)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    /** In the order of the components; a component that has ended while the job runs has no nodes any more. */
    private static String nodes(List<JobObservation> components, JobState state) {
        return components.stream()
                .filter(job -> state.isTerminal() || !job.state().isTerminal())
                .map(JobObservation::nodes)
                .filter(nodes -> !nodes.isEmpty())
                .collect(Collectors.joining(","));
    }
}
