package aifactory.slurm.watch;

import aifactory.slurm.JobId;

/**
 * Hears what a {@link SlurmPoller} finds out. Called by the thread that polls, without locks; must not block for long.
 */
public interface PollerListener {
    /** The observed state of the job has changed. An ended job is reported once and no longer monitored. */
    void changed(WatchedJob before, WatchedJob after);

    /** A second job of the same name exists, of a submission whose answer was lost; its cancellation was asked for. */
    default void duplicateCancelled(String name, JobId duplicate) {}
}
