package aifactory.service.dispatch.slurm;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Slurm's reasons why a job waits, in words: whether it will start by itself, and what to do where it will not. The reasons are those
 * of {@code job_state_reason} in Slurm's {@code slurm.h}; what is not known here is told in Slurm's own word.
 */
final class PendingReasons {
    private static final String OTHER_JOBS = "; it starts when others of them have ended";
    private static final String LONGER = "will never start: time_limit is longer than ";
    private static final String DELETE = "; delete the group and create it ";

    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("Resources", "waits for nodes to become free"),
            Map.entry("Priority", "waits because jobs of higher priority come first"),
            Map.entry("Dependency", "waits for a duplicate of itself to end, which is being cancelled"),
            Map.entry("BeginTime", "was put back into the queue; Slurm starts it again after a pause"),
            Map.entry("Licenses", "waits for a licence to become free"),
            Map.entry("Reservation", "waits for its reservation to begin"),
            Map.entry("Prolog", "waits for its nodes to be prepared"),
            Map.entry("Cleaning", "waits for its nodes to be cleaned"),
            Map.entry("JobHeldUser", "is held and will not start by itself; release it with: scontrol release JOB"),
            Map.entry("JobHeldAdmin", "is held by an administrator and will not start by itself; ask the site"),
            Map.entry(
                    "PartitionTimeLimit",
                    LONGER + "its partition allows" + DELETE + "with a shorter time_limit or in another partition"),
            Map.entry(
                    "PartitionNodeLimit",
                    "will never start: its partition does not give so many nodes to one job" + DELETE
                            + "with fewer clients or in another partition"),
            Map.entry(
                    "PartitionConfig",
                    "will never start: no node of its partition is large enough, or there are too few" + DELETE
                            + "with fewer clients, a smaller profile or in another partition"),
            Map.entry(
                    "BadConstraints",
                    "will never start: no nodes have what its profile demands" + DELETE + "with another profile"),
            Map.entry("PartitionDown", "waits because its partition starts no jobs at present (down)"),
            Map.entry("PartitionInactive", "waits because its partition starts no jobs at present (inactive)"),
            Map.entry("ReqNodeNotAvail", "waits for nodes that are down, reserved or in maintenance"),
            Map.entry(
                    "QOSMaxWallDurationPerJobLimit",
                    LONGER + "its QOS allows" + DELETE + "with a shorter time_limit or another qos"),
            Map.entry(
                    "AssocMaxWallDurationPerJobLimit",
                    LONGER + "its account allows" + DELETE + "with a shorter time_limit or another account"),
            Map.entry("QOSMaxJobsPerUserLimit", "waits: you have as many jobs running as its QOS allows" + OTHER_JOBS),
            Map.entry("AssocMaxJobsLimit", "waits: your account has as many jobs running as it may" + OTHER_JOBS),
            Map.entry("InvalidAccount", "will never start: its account is no longer valid" + DELETE + "with another"),
            Map.entry("InvalidQOS", "will never start: its QOS is no longer valid" + DELETE + "with another"),
            Map.entry(
                    "AccountNotAllowed",
                    "will never start: its partition does not take its account" + DELETE + "with another of them"),
            Map.entry(
                    "QOSNotAllowed",
                    "will never start: its partition does not take its QOS" + DELETE + "with another of them"));

    private PendingReasons() {}

    /**
     * The reason in words, Slurm's own in brackets.
     *
     * @param reason as {@code squeue %r} tells it, details after a comma; null for none
     * @return null where there is nothing to tell
     */
    static @Nullable String explain(@Nullable String reason) {
        if (reason == null || reason.isBlank() || reason.equals("None")) {
            return null;
        }
        int comma = reason.indexOf(',');
        String word = (comma < 0 ? reason : reason.substring(0, comma)).strip();
        String known = WORDS.get(word);
        return (known == null ? ofLimit(word) : known) + " (Slurm: " + reason + ")";
    }

    /** Limits come in dozens of names, which are built alike: whose, group or single, of what, per what. */
    private static String ofLimit(String word) {
        if (word.contains("PerJob") || word.contains("PerNode")) {
            return "will never start: it asks for more than a limit allows one job" + DELETE
                    + "smaller, or with another qos or account";
        }
        if (word.startsWith("Assoc") || word.startsWith("QOS")) {
            return "waits for a limit that it shares with other jobs" + OTHER_JOBS;
        }
        return "waits";
    }
}
