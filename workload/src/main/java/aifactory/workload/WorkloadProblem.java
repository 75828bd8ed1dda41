package aifactory.workload;

/**
 * Something about a workload that cannot work.
 *
 * @param field the key as users write it, for instance {@code request_rate}
 * @param message names the value and the remedy
 */
public record WorkloadProblem(String field, String message) {}
