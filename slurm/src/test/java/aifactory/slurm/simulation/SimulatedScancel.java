package aifactory.slurm.simulation;

import aifactory.slurm.JobState;
import aifactory.slurm.command.CommandOutcome.Exited;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code scancel ID} and {@code scancel -s SIGNAL ID}. */
final class SimulatedScancel {
    private static final String USER_ID = "2001";
    /** The low byte of Slurm's error number 2021. */
    private static final int TRANSITION_CODE = 229;

    private final SimulatedCluster cluster;

    SimulatedScancel(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    Exited run(SimulatedArguments arguments) {
        String id = arguments.operands().getFirst();
        String signal = arguments.get("signal");
        Optional<SimulatedJob> job = cluster.job(id);
        if (job.isEmpty() || job.get().isOver()) {
            // Without a signal scancel takes it for done, and says nothing.
            return signal == null ? new Exited(0, "", "") : failed(1, id, "Invalid job id specified");
        }
        Optional<String> refusal = act(job.get(), signal);
        return refusal.map(words -> failed(TRANSITION_CODE, id, words)).orElseGet(() -> new Exited(0, "", ""));
    }

    /** Also what a REST request does; the words of the refusal where there is one. */
    Optional<String> act(SimulatedJob job, @Nullable String signal) {
        if (job.busyAnswers > 0) {
            job.busyAnswers--;
            return Optional.of("Job can not be altered now, try again later");
        }
        if (signal == null) {
            job.cancelledBy = USER_ID;
            cluster.stop(job, JobState.CANCELLED);
        } else if (job.state == JobState.PENDING) {
            return Optional.of("Job is pending execution");
        } else if (signal.equals("TERM")) {
            cluster.term(job);
        }
        return Optional.empty();
    }

    private static Exited failed(int code, String id, String words) {
        return new Exited(code, "", "scancel: error: Kill job error on job id " + id + ": " + words + "\n");
    }
}
