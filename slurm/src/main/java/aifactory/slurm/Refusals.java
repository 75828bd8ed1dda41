package aifactory.slurm;

import aifactory.slurm.Refusal.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells Slurm's refusals apart by its words: the texts of its error numbers are the same at {@code sbatch} and at
 * {@code slurmrestd}, in every version from 22.05 to 26.05.
 */
public final class Refusals {
    private record Rule(String words, Kind kind, String remedy) {}

    private static final String PARTITION_REMEDY =
            "Choose a partition that `sinfo` lists (--partition, SLURM_PARTITION or the profile)";
    private static final String ACCOUNT_REMEDY =
            "Choose an account that `sacctmgr show associations user=$USER` lists for this partition (--account,"
                    + " SLURM_ACCOUNT or the profile)";
    private static final String QOS_REMEDY =
            "Choose a QOS that `sacctmgr show associations user=$USER format=account,qos` lists (--qos, SLURM_QOS or"
                    + " the profile)";
    private static final String SHAPE_REMEDY =
            "The partition does not have so many nodes of this kind: compare the number of nodes, and CPUs, memory,"
                    + " gres and constraint of the profile, with"
                    + " `aifactory plan`";
    private static final String POLICY_REMEDY =
            "Request fewer nodes or less time, wait for your other jobs to end, or use another QOS; `sacctmgr show"
                    + " qos` lists the limits";
    private static final String LATER_REMEDY = "Submit again in a minute";

    /** The first whose words occur wins: put the particular before the general. */
    private static final List<Rule> RULES = List.of(
            new Rule("QOSMaxSubmitJobPerUserLimit", Kind.SUBMIT_LIMIT, POLICY_REMEDY),
            new Rule("AssocMaxSubmitJobLimit", Kind.SUBMIT_LIMIT, POLICY_REMEDY),
            new Rule("SubmitJobsLimit", Kind.SUBMIT_LIMIT, POLICY_REMEDY),
            new Rule(
                    "MaxWallDuration",
                    Kind.TIME_LIMIT,
                    "Lower --time-limit below the limit of the QOS, or use another QOS; `sacctmgr show qos"
                            + " format=name,maxwall` lists them"),
            new Rule("QOSMaxNodePerJobLimit", Kind.NODE_COUNT, POLICY_REMEDY),
            new Rule("Job violates accounting/QOS policy", Kind.ACCOUNTING_POLICY, POLICY_REMEDY),
            new Rule("breached requested QOS usage threshold", Kind.ACCOUNTING_POLICY, POLICY_REMEDY),
            new Rule("Invalid partition name", Kind.PARTITION, PARTITION_REMEDY),
            new Rule("No partition specified", Kind.PARTITION, PARTITION_REMEDY),
            new Rule("Required partition not available", Kind.PARTITION, PARTITION_REMEDY),
            new Rule("Partition in DOWN state", Kind.PARTITION, PARTITION_REMEDY),
            new Rule("Requested partition configuration not available", Kind.PARTITION, PARTITION_REMEDY),
            new Rule("group not permitted to use this partition", Kind.PERMISSION, PARTITION_REMEDY),
            new Rule("Invalid account or account/partition", Kind.ACCOUNT, ACCOUNT_REMEDY),
            new Rule("Invalid qos", Kind.QOS, QOS_REMEDY),
            new Rule(
                    "Node count specification invalid",
                    Kind.NODE_COUNT,
                    "Request fewer clients: one node per client; `aifactory plan` shows the nodes of the partition"),
            new Rule(
                    "invalid node count",
                    Kind.NODE_COUNT,
                    "Request fewer clients: one node per client; `aifactory plan` shows the nodes of the partition"),
            new Rule("More processors requested than permitted", Kind.CPUS, SHAPE_REMEDY),
            new Rule("CPU count", Kind.CPUS, SHAPE_REMEDY),
            new Rule("Invalid --cpus-per-task", Kind.CPUS, SHAPE_REMEDY),
            new Rule("Memory specification can not be satisfied", Kind.MEMORY, SHAPE_REMEDY),
            new Rule("Memory required by task is not available", Kind.MEMORY, SHAPE_REMEDY),
            new Rule("Invalid --mem", Kind.MEMORY, "Write memory as a number with K, M, G or T, for instance 8G"),
            new Rule(
                    "Requested time limit is invalid",
                    Kind.TIME_LIMIT,
                    "Lower --time-limit below the partition's; `sinfo -o '%P %l'` lists the limits"),
            new Rule("Invalid --time", Kind.TIME_LIMIT, "Give the time limit as whole minutes"),
            new Rule(
                    "generic resource (gres)",
                    Kind.GENERIC_RESOURCE,
                    "Choose a gres that `sinfo -o '%P %G'` lists, or none"),
            new Rule("Invalid GRES", Kind.GENERIC_RESOURCE, "Choose a gres that `sinfo -o '%P %G'` lists, or none"),
            new Rule(
                    "Trackable RESource",
                    Kind.GENERIC_RESOURCE,
                    "Choose a gres that `sinfo -o '%P %G'` lists, or none"),
            new Rule(
                    "Invalid feature specification",
                    Kind.CONSTRAINT,
                    "Choose a constraint that `sinfo -o '%P %f'` lists, or none"),
            new Rule(
                    "reservation",
                    Kind.RESERVATION,
                    "Choose a reservation that `scontrol show reservation` lists for you, while it is active, or none"),
            new Rule("Invalid node name", Kind.NODE_LIST, "Name nodes that `sinfo -N` lists, or none"),
            new Rule("Requested nodes not in this partition", Kind.NODE_LIST, "Name nodes of this partition, or none"),
            new Rule(
                    "Required node not available",
                    Kind.NODE_LIST,
                    "Name other nodes, or none; `sinfo -R` says why these are out"),
            new Rule("Requested node configuration is not available", Kind.NODE_COUNT, SHAPE_REMEDY),
            new Rule("Invalid license", Kind.LICENSE, "Choose a licence that `scontrol show licenses` lists, or none"),
            new Rule(
                    "Job dependency problem",
                    Kind.DEPENDENCY,
                    "Name only jobs that exist in the dependency, or leave it out"),
            new Rule("Circular job dependency", Kind.DEPENDENCY, "Leave the dependency out"),
            new Rule(
                    "submissions disabled",
                    Kind.SUBMISSIONS_DISABLED,
                    "The cluster accepts no jobs at present: wait for its maintenance to end"),
            new Rule(
                    "Access/permission denied",
                    Kind.PERMISSION,
                    "Act as the job's owner; for submissions ask the administrators for access"),
            new Rule(
                    "Invalid user id",
                    Kind.PERMISSION,
                    "Slurm's controller does not know this user: ask the administrators"),
            new Rule("try again", Kind.TRY_AGAIN, LATER_REMEDY),
            new Rule("Requested nodes are busy", Kind.TRY_AGAIN, LATER_REMEDY),
            new Rule("Resource temporarily unavailable", Kind.TRY_AGAIN, LATER_REMEDY),
            new Rule("job queue is full", Kind.TRY_AGAIN, LATER_REMEDY),
            new Rule("standby mode", Kind.TRY_AGAIN, LATER_REMEDY),
            new Rule("No cluster", Kind.CLUSTER, "Choose a cluster that `sacctmgr show clusters` lists, or none"),
            new Rule("batch script", Kind.SCRIPT, "Begin the script with #! and an interpreter"),
            new Rule("Pathname of a file", Kind.SCRIPT, "Use shorter paths"),
            new Rule(
                    "unrecognized option",
                    Kind.OPTION,
                    "Remove the directive from the profile or template: this version of sbatch does not know it"),
            new Rule(
                    "Unknown key",
                    Kind.OPTION,
                    "Remove the directive from the profile: this version of slurmrestd does not know it"),
            new Rule("Invalid directive", Kind.OPTION, "Correct the #SBATCH line of the template"),
            new Rule("Invalid --", Kind.OPTION, "Correct the value in the profile or template"),
            new Rule("option", Kind.OPTION, "Correct the option in the profile or template"));

    private Refusals() {}

    /** The refusal that these words are, if they are a known one. */
    public static Optional<Refusal> recognise(String words) {
        String text = words.toLowerCase(Locale.ROOT);
        for (Rule rule : RULES) {
            if (text.contains(rule.words.toLowerCase(Locale.ROOT))) {
                return Optional.of(new Refusal(rule.kind, words, rule.remedy));
            }
        }
        return Optional.empty();
    }

    /** The refusal that these words are, of kind {@link Kind#OTHER} when they are not known. */
    public static Refusal of(String words) {
        return recognise(words)
                .orElseGet(() -> new Refusal(
                        Kind.OTHER,
                        words,
                        "Look it up in Slurm's documentation of sbatch, or ask the administrators with this message"));
    }

    /** Whether these words say that the request certainly never reached the controller. */
    public static boolean saysNeverSent(String words) {
        return words.contains("(connect failure)")
                || words.contains("Communication connection failure")
                || words.contains("Unable to establish control")
                || words.contains("Unable to process configuration file")
                || words.contains("Could not establish a configuration source");
    }

    /** Whether these words leave it open whether the controller acted on the request. */
    public static boolean saysAnswerWasLost(String words) {
        return words.contains("Socket timed out")
                || words.contains("(send failure)")
                || words.contains("(receive failure)")
                || words.contains("(shutdown failure)")
                || words.contains("Zero Bytes were transmitted")
                || words.contains("Unexpected message received")
                || words.contains("Message receive failure")
                || words.contains("Message send failure")
                || words.contains("Insane message length")
                || words.contains("Transport endpoint")
                || words.contains("Connection reset")
                || words.contains("Connection timed out")
                || words.contains("Unexpected missing socket");
    }

    /** Whether these words say that Slurm does not accept who is asking. */
    public static boolean saysAuthenticationFailed(String words) {
        return words.contains("Protocol authentication error")
                || words.contains("authentication failure")
                || words.contains("Authentication failure")
                || words.contains("Munge encode failed")
                || words.contains("Munge decode failed")
                || words.contains("Invalid authentication credential");
    }
}
