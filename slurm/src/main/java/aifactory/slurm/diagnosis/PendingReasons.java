package aifactory.slurm.diagnosis;

import static aifactory.slurm.diagnosis.Verdict.BLOCKED;
import static aifactory.slurm.diagnosis.Verdict.FAILED;
import static aifactory.slurm.diagnosis.Verdict.UNCERTAIN;
import static aifactory.slurm.diagnosis.Verdict.WAITING;

import aifactory.slurm.JobId;
import aifactory.slurm.NodeGroup;
import java.time.Duration;

/**
 * Explanations of Slurm's reasons for a job to wait. The reasons are those of {@code job_reason_string()} of Slurm
 * 22.05 to 26.05.
 */
public final class PendingReasons {
    private static final String FEWER = "ask for fewer clients or a smaller profile, or choose another partition";

    private PendingReasons() {}

    /**
     * Explains a reason of which nothing but its word is known; {@link JobDoctor} asks for more.
     *
     * @param reason as printed by {@code squeue %r}
     */
    public static Explanation explain(JobId id, String reason) {
        return explain(id, reason, "");
    }

    /** @param partition of the job, empty where it is not known */
    public static Explanation explain(JobId id, String reason, String partition) {
        return explain(reason, JobFacts.ofReason(id, reason, partition));
    }

    /** @param reason Slurm's, including any text after a comma */
    static Explanation explain(String reason, JobFacts facts) {
        int comma = reason.indexOf(',');
        String word = (comma < 0 ? reason : reason.substring(0, comma)).strip();
        if (LimitReason.isOne(word)) {
            return LimitReason.explain(word, facts);
        }
        return switch (word) {
            case "Priority" ->
                new Explanation(
                        WAITING,
                        "other jobs for nodes of " + facts.partition() + " come first",
                        "wait, or make the job easier to schedule: fewer clients, a shorter --time-limit");
            case "Resources" -> resources(facts);
            case "Dependency" ->
                new Explanation(
                        WAITING,
                        "it waits for another job (" + facts.dependency() + ")",
                        "wait for that job to end, or cancel it if it is a duplicate");
            case "DependencyNeverSatisfied" ->
                new Explanation(
                        BLOCKED,
                        "it waits for a job that did not end as its dependency requires (" + facts.dependency() + ")",
                        "delete the group and create it again without the dependency");
            case "BeginTime", "Cleaning", "Prolog" ->
                new Explanation(
                        WAITING,
                        "Slurm delays it: it was requeued, or has a later start time",
                        "wait; `scontrol show job` prints its EligibleTime");
            case "Reservation", "ReservationDeleted" -> reservation(word, facts);
            case "Licenses" ->
                new Explanation(WAITING, "all requested licences are in use", "wait, or omit the licence");
            default -> blocked(word, reason, facts);
        };
    }

    private static Explanation blocked(String word, String reason, JobFacts facts) {
        return switch (word) {
            case "PartitionTimeLimit" -> partitionTime(facts);
            case "PartitionNodeLimit", "PartitionConfig" -> partitionNodes(facts);
            case "PartitionDown", "PartitionInactive" ->
                new Explanation(
                        BLOCKED,
                        facts.partition() + " starts no jobs at present: its administrators have closed it",
                        "choose another partition (`sinfo` shows those that are up), or wait for it to be opened");
            case "ReqNodeNotAvail" -> nodesNotAvailable(reason, facts);
            case "NodeDown", "Nodes required for job are DOWN", "FrontEndDown" ->
                new Explanation(
                        BLOCKED,
                        "nodes that it needs are down, drained or reserved" + states(facts),
                        "ask for fewer clients or another partition, or wait for the nodes; `sinfo -R` says why they"
                                + " are down");
            case "BadConstraints" ->
                new Explanation(
                        BLOCKED,
                        "no node of " + facts.partition() + " can have " + facts.shape(),
                        "correct constraint, gres, CPUs and memory of the profile; `aifactory plan` shows what the"
                                + " nodes have");
            case "JobHeldUser" ->
                new Explanation(
                        BLOCKED,
                        "it is held by its owner",
                        "release it: scontrol release " + facts.job().id());
            case "JobHeldAdmin" ->
                new Explanation(
                        BLOCKED,
                        "it is held by an administrator, or because Slurm failed to start it",
                        "ask the site why; `scontrol release " + facts.job().id() + "` if it lets you");
            default -> heldOrUnknown(word, reason, facts);
        };
    }

    private static Explanation heldOrUnknown(String word, String reason, JobFacts facts) {
        String lower = reason.toLowerCase(java.util.Locale.ROOT);
        if (lower.contains("launch failed requeued held") || word.equals("JobLaunchFailure")) {
            return new Explanation(
                    FAILED,
                    "a node could not start it (prolog, user environment or file system of the node), so Slurm holds"
                            + " it",
                    "check the log of slurmd with the administrators, then: scontrol release "
                            + facts.job().id() + "; or delete the group");
        }
        if (lower.contains("requeued") && lower.contains("held")) {
            return new Explanation(
                    BLOCKED,
                    "it was requeued and is held",
                    "release it: scontrol release " + facts.job().id());
        }
        if (lower.startsWith("nodes required for job are down")) {
            return blocked("NodeDown", reason, facts);
        }
        return switch (word) {
            case "InvalidAccount", "AccountNotAllowed" ->
                new Explanation(
                        BLOCKED,
                        facts.account() + " may not be used (any longer) in " + facts.partition(),
                        "choose an account that `sacctmgr show associations user=$USER` lists");
            case "InvalidQOS", "QOSNotAllowed" ->
                new Explanation(
                        BLOCKED,
                        facts.qos() + " may not be used in " + facts.partition(),
                        "choose a QOS that `sacctmgr show associations user=$USER format=account,qos` lists");
            case "SystemFailure" ->
                new Explanation(FAILED, "Slurm failed to start it: a disk, its state or its database", "ask the site");
            default ->
                new Explanation(
                        UNCERTAIN,
                        "Slurm says '" + reason + "'",
                        "look the reason up in `man squeue`, JOB REASON CODES, or ask the site");
        };
    }

    private static Explanation resources(JobFacts facts) {
        return new Explanation(
                WAITING,
                "it is next in the queue, but not enough nodes of " + facts.partition() + " are free"
                        + (facts.details() == null ? "" : " for " + facts.nodeCount() + " with " + facts.shape())
                        + states(facts),
                "wait for other jobs to end, or ask for fewer clients");
    }

    private static String states(JobFacts facts) {
        String states = facts.nodeStates();
        return states.isEmpty() ? "" : " (" + facts.partition() + " has " + states + ")";
    }

    private static Explanation partitionTime(JobFacts facts) {
        Duration limit = facts.partitionTimeLimit();
        return new Explanation(
                BLOCKED,
                facts.timeLimit() + " is longer than " + facts.partition() + " allows"
                        + (limit == null ? "" : " (" + limit.toMinutes() + " min)"),
                limit == null
                        ? "lower --time-limit, or choose another partition; `sinfo -o '%P %l'` lists the limits"
                        : "set --time-limit to " + limit.toMinutes() + " or less, or choose another partition");
    }

    private static Explanation partitionNodes(JobFacts facts) {
        if (facts.details() == null) {
            return new Explanation(
                    BLOCKED,
                    "it requests more nodes, or larger ones, than " + facts.partition() + " has or allows",
                    FEWER);
        }
        int count = facts.nodesInPartition();
        int allowed = facts.partitionNodes().stream()
                .mapToInt(NodeGroup::maximumNodes)
                .min()
                .orElse(Integer.MAX_VALUE);
        String has = count == 0
                ? " has or allows"
                : " has (" + count + (allowed < count ? ", at most " + allowed + " for one job" : "") + ")";
        return new Explanation(
                BLOCKED, "it asks for " + facts.nodeCount() + ", more than " + facts.partition() + has, FEWER);
    }

    private static Explanation nodesNotAvailable(String reason, JobFacts facts) {
        int colon = reason.indexOf(':');
        String which = colon < 0 ? "" : reason.substring(colon + 1).strip();
        String requested = facts.requestedNodes();
        String named = requested == null ? "nodes that it needs" : "the nodes that it names (" + requested + ")";
        if (reason.contains("maintenance")) {
            return new Explanation(
                    WAITING,
                    named + " are reserved for maintenance, which it would not end before",
                    "wait for the maintenance to end (`scontrol show reservation`), or lower --time-limit so that it"
                            + " ends before");
        }
        return new Explanation(
                BLOCKED,
                named + " are not available" + (which.isEmpty() ? "" : ": " + which)
                        + "; they are down, drained, or reserved, perhaps for maintenance",
                "omit the node list, request fewer clients, or wait; `sinfo -R` and `scontrol show reservation` say"
                        + " why");
    }

    private static Explanation reservation(String word, JobFacts facts) {
        return word.equals("Reservation")
                ? new Explanation(
                        WAITING,
                        facts.reservation() + " has not started, or is full",
                        "wait for it (`scontrol show reservation`), or leave it out")
                : new Explanation(
                        BLOCKED, facts.reservation() + " no longer exists", "create the group again without it");
    }
}
