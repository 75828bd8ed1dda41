package aifactory.commandline.option;

import java.util.List;

/** What starts the client processes of a group. */
public enum DispatcherKind {
    /** Starts them on this machine. */
    LOCAL,
    /** Has Slurm start them, by its commands. */
    SLURM,
    /** Has Slurm start them, by slurmrestd. */
    SLURM_REST,
    /** Has Slurm start them in the job that the service itself runs in. */
    ALLOCATION;

    /**
     * Whether client processes run on other machines than the service, so that both have to see and reach each other.
     */
    public boolean isOnOtherMachines() {
        return switch (this) {
            case LOCAL -> false;
            case SLURM, SLURM_REST, ALLOCATION -> true;
        };
    }

    /** Reads a kind. */
    public static final class Converter extends NameConverter<DispatcherKind> {
        public Converter() {
            super(List.of(values()));
        }
    }
}
