package aifactory.slurm.command;

/** Runs programs. Thread-safe. */
@FunctionalInterface
public interface CommandRunner {
    /**
     * Runs a command to its end or its timeout.
     *
     * @throws InterruptedException when the caller is interrupted; the program and all that it started are killed first
     */
    CommandOutcome run(Command command) throws InterruptedException;
}
