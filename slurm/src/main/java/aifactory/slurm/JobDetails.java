package aifactory.slurm;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that the controller tells of a job.
 *
 * @param fields Slurm's names and values, in Slurm's order
 */
public record JobDetails(JobObservation observation, Map<String, String> fields) {
    public JobDetails {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** The value of a field such as {@code TimeLimit}, null where it is absent or {@code (null)}. */
    public @Nullable String field(String name) {
        String value = fields.get(name);
        return value == null || value.equals("(null)") || value.equals("N/A") ? null : value;
    }
}
