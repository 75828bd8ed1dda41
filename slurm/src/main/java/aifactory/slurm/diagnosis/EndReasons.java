package aifactory.slurm.diagnosis;

import static aifactory.slurm.diagnosis.Verdict.FAILED;
import static aifactory.slurm.diagnosis.Verdict.FINE;
import static aifactory.slurm.diagnosis.Verdict.UNCERTAIN;

import aifactory.slurm.ExitStatus;
import aifactory.slurm.JobObservation;
import java.util.Locale;

/** Explanations of how jobs end. */
final class EndReasons {
    private static final int FIRST_SIGNAL_CODE = 128;
    private static final int SIGTERM = 15;

    private EndReasons() {}

    static Explanation explain(JobFacts facts) {
        JobObservation job = facts.job();
        return switch (job.state()) {
            case COMPLETED -> new Explanation(FINE, "it completed", "no action is required");
            case CANCELLED -> cancelled(job);
            case FAILED -> failed(job);
            case TIMEOUT ->
                new Explanation(
                        FAILED,
                        "it reached " + facts.timeLimit()
                                + "; its clients delivered their measurements when they received Slurm's SIGTERM",
                        "give the group a longer --time-limit, or runs a shorter --duration");
            case OUT_OF_MEMORY ->
                new Explanation(
                        FAILED,
                        "a process needed more memory than the job has on its node",
                        "raise mem of the profile; `aifactory usage` shows how much was used");
            case NODE_FAIL ->
                new Explanation(
                        FAILED,
                        "a node of the job failed" + (job.nodes().isEmpty() ? "" : " (of " + job.nodes() + ")"),
                        "create the group again, without that node (exclude in the profile) while it is suspect; see"
                                + " `sinfo -R`");
            case PREEMPTED ->
                new Explanation(
                        FAILED,
                        "a job of higher priority took its nodes",
                        "create the group again; use a QOS that is not preempted for runs that must not be disturbed");
            case BOOT_FAIL ->
                new Explanation(
                        FAILED,
                        "a node of the job did not boot",
                        "create the group again; inform the" + " administrators of the cluster");
            case DEADLINE ->
                new Explanation(
                        FAILED,
                        "it could not have ended before its deadline, so Slurm removed it",
                        "remove --deadline from the profile, or ask for less time");
            case REVOKED ->
                new Explanation(FAILED, "another cluster of the federation has taken it over", "look for it there");
            default ->
                new Explanation(UNCERTAIN, "Slurm says " + job.stateWords(), "run: scontrol show job " + job.id());
        };
    }

    private static Explanation cancelled(JobObservation job) {
        String words = job.stateWords().toUpperCase(Locale.ROOT);
        int by = words.indexOf(" BY ");
        String who = by < 0 ? "" : words.substring(by + 4).strip();
        String reason = job.reason() == null ? "" : " (" + job.reason() + ")";
        if (who.equals("0")) {
            return new Explanation(
                    FAILED,
                    "root cancelled it: an administrator, or Slurm itself" + reason,
                    "ask the administrators, then create the group again");
        }
        return new Explanation(
                FINE,
                "it was cancelled" + (who.isEmpty() ? "" : " by user " + who) + reason,
                "nothing, if that was meant: deleting a group and its idle timeout cancel its job too");
    }

    private static Explanation failed(JobObservation job) {
        String reason = job.reason();
        if (reason != null
                && (reason.contains("LaunchFail")
                        || reason.toLowerCase(Locale.ROOT).contains("launch failed"))) {
            return new Explanation(
                    FAILED,
                    "a node could not start it (prolog, user environment, working directory or file system)",
                    "check that the shared directory exists on the nodes; then ask the administrators for the log of"
                            + " slurmd");
        }
        ExitStatus exit = job.exit();
        if (exit == null) {
            return new Explanation(
                    FAILED,
                    "its script failed" + (reason == null ? "" : " (" + reason + ")"),
                    "read the end of its log: aifactory logs");
        }
        return exit.signal() != 0 ? bySignal(exit.signal()) : byCode(exit.code());
    }

    private static Explanation bySignal(int signal) {
        if (signal == SIGTERM) {
            return new Explanation(
                    FAILED,
                    "it was ended by SIGTERM, which Slurm sends some time before the time limit, and when a job is"
                            + " cancelled",
                    "if it was the limit, give the group a longer --time-limit; its clients delivered their"
                            + " measurements");
        }
        return new Explanation(
                FAILED,
                "it was ended by signal " + signal + " (" + signalName(signal) + ")",
                signal == 9
                        ? "it was killed, by a user or because its node ran out of memory: compare `aifactory usage`,"
                                + " raise mem of the profile"
                        : "read the end of its log: aifactory logs");
    }

    private static Explanation byCode(int code) {
        if (code > FIRST_SIGNAL_CODE && code <= FIRST_SIGNAL_CODE + 64) {
            return bySignal(code - FIRST_SIGNAL_CODE);
        }
        return switch (code) {
            // What srun of 22.05 returns for tasks that a signal ended.
            case SIGTERM -> bySignal(SIGTERM);
            case 2 ->
                new Explanation(
                        FAILED,
                        "its clients refused their input, or the service refused them (exit code 2)",
                        "read the end of its log: aifactory logs");
            case 4 ->
                new Explanation(
                        FAILED,
                        "its clients could not reach the Client Service (exit code 4)",
                        "check the connection from a node: aifactory doctor --from-node");
            case 126, 127 ->
                new Explanation(
                        FAILED,
                        "a node did not find, or could not run, the program that the script starts (exit code " + code
                                + ")",
                        "install aifactory on a file system that the nodes see, or use a container");
            default ->
                new Explanation(
                        FAILED, "its script ended with exit code " + code, "read the end of its log: aifactory logs");
        };
    }

    private static String signalName(int signal) {
        return switch (signal) {
            case 1 -> "SIGHUP";
            case 2 -> "SIGINT";
            case 6 -> "SIGABRT";
            case 7 -> "SIGBUS";
            case 9 -> "SIGKILL";
            case 11 -> "SIGSEGV";
            case 13 -> "SIGPIPE";
            case 53 -> "the node could not set up the job's files: check the directory of its log";
            default -> "signal " + signal;
        };
    }
}
