package aifactory.slurm;

import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The controller's complete description of a job.
 *
 * @param observation of the whole job
 * @param fields Slurm's names and values, in Slurm's order; those of its first component for a heterogeneous job
 * @param components of a heterogeneous job, in their order; empty for any other
 */
public record JobDetails(JobObservation observation, Map<String, String> fields, List<JobDetails> components) {
    public JobDetails {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        components = List.copyOf(components);
    }

    public JobDetails(JobObservation observation, Map<String, String> fields) {
        this(observation, fields, List.of());
    }

    /**
     * @param whole of the job
     * @param components at least one, in any order
     */
    public static JobDetails of(JobObservation whole, List<JobDetails> components) {
        List<JobDetails> sorted = components.stream()
                .sorted(Comparator.comparing(
                        component -> component.observation().id()))
                .toList();
        return new JobDetails(
                whole, sorted.getFirst().fields(), whole.components().isEmpty() ? List.of() : sorted);
    }

    /** Those of its components, or its own. */
    public List<JobId> ids() {
        return components.isEmpty()
                ? List.of(observation.id())
                : components.stream()
                        .map(component -> component.observation().id())
                        .toList();
    }

    /** The value of a field such as {@code TimeLimit}, null where it is absent or {@code (null)}. */
    public @Nullable String field(String name) {
        String value = fields.get(name);
        return value == null || value.equals("(null)") || value.equals("N/A") ? null : value;
    }
}
