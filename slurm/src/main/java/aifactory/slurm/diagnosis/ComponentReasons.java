package aifactory.slurm.diagnosis;

import aifactory.slurm.JobComponent;
import aifactory.slurm.JobId;
import aifactory.slurm.JobState;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The components of a heterogeneous job wait and start together, so that the component with the most serious reason is
 * what the job waits for.
 */
public final class ComponentReasons {
    private ComponentReasons() {}

    /**
     * A component, and why it waits.
     *
     * @param reason Slurm's word
     */
    public record Waiting(JobComponent component, String reason, Explanation explanation) {}

    /** The component that the job waits for; empty where no component gives a reason. */
    public static Optional<Waiting> decisive(JobId job, List<JobComponent> components) {
        return components.stream()
                .filter(component -> component.state().phase() == JobState.Phase.WAITING)
                .flatMap(component -> Optional.ofNullable(component.reason()).stream()
                        .map(reason -> new Waiting(
                                component, reason, PendingReasons.explain(job, reason, component.partition()))))
                .min(Comparator.comparingInt(waiting -> seriousness(waiting.explanation.verdict())));
    }

    /** The most serious of several. */
    static Optional<Explanation> decisive(Collection<Explanation> explanations) {
        return explanations.stream().min(Comparator.comparingInt(explanation -> seriousness(explanation.verdict())));
    }

    private static int seriousness(Verdict verdict) {
        return switch (verdict) {
            case FAILED -> 0;
            case BLOCKED -> 1;
            case UNCERTAIN -> 2;
            case WAITING -> 3;
            case FINE -> 4;
        };
    }

    /** For people: {@code component 1 (partition 'gpu')}. */
    public static String name(JobComponent component) {
        return "component " + component.offset()
                + (component.partition().isEmpty() ? "" : " (partition '" + component.partition() + "')");
    }
}
