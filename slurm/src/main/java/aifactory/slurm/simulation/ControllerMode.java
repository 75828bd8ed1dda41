package aifactory.slurm.simulation;

/** How the controller answers. */
public enum ControllerMode {
    UP,
    /** Nobody listens: "Unable to contact slurm controller (connect failure)". */
    DOWN,
    /** Takes longer than any command waits. */
    SLOW,
    /** Answers what nobody can read. */
    GARBAGE
}
