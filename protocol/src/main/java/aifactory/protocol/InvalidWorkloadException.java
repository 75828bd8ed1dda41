package aifactory.protocol;

import aifactory.workload.WorkloadProblem;
import java.util.List;
import java.util.stream.Collectors;

/** A workload that cannot work, with everything that is wrong about it. */
public final class InvalidWorkloadException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<WorkloadProblem> problems;

    public InvalidWorkloadException(List<WorkloadProblem> problems) {
        super(problems.stream()
                .map(problem -> problem.field() + ": " + problem.message())
                .collect(Collectors.joining("; ")));
        this.problems = List.copyOf(problems);
    }

    /** At least one. */
    public List<WorkloadProblem> problems() {
        return problems;
    }
}
