package aifactory.slurm.simulation;

/** How the controller answers. */
public enum ControllerMode {
    UP,
    /** No listener: "Unable to contact slurm controller (connect failure)". */
    DOWN,
    /** Takes longer than any command waits. */
    SLOW,
    /** Sends unreadable answers. */
    GARBAGE
}
