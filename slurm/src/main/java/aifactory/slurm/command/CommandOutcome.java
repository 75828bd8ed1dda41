package aifactory.slurm.command;

/** How a command ended. */
public sealed interface CommandOutcome {
    /** It ended by itself; an exit code above 128 means a signal where a shell reports it. */
    record Exited(int code, String output, String error) implements CommandOutcome {}

    /** It did not end in time and was killed; what it had done by then stays done. */
    record TimedOut(String output, String error) implements CommandOutcome {}

    /** It wrote more than was allowed and was killed. */
    record OutputTooLarge(int limitBytes) implements CommandOutcome {}

    /** It could not be started, so nothing was done. */
    record NotStarted(String words) implements CommandOutcome {}
}
