package aifactory.slurm.diagnosis;

/**
 * A state of Slurm, explained for users.
 *
 * @param cause one sentence without its full stop
 * @param remedy what to do, one sentence without its full stop
 */
public record Explanation(Verdict verdict, String cause, String remedy) {}
