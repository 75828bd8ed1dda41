package aifactory.slurm.watch;

import aifactory.slurm.JobId;

/** Hears what a {@link SlurmPoller} finds out. Called by the thread that polls, without locks; must not block for long. */
public interface PollerListener {
    /** Something about the job is different. An ended job is told once and then followed no more. */
    void changed(WatchedJob before, WatchedJob after);

    /** A second job of the same name exists, of a submission whose answer was lost; its cancellation was asked for. */
    default void duplicateCancelled(String name, JobId duplicate) {}
}
