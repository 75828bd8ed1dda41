package aifactory.slurm.diagnosis;

/**
 * Slurm's word for a state, in words for people.
 *
 * @param cause one sentence without its full stop
 * @param remedy what to do, one sentence without its full stop
 */
public record Explanation(Verdict verdict, String cause, String remedy) {}
