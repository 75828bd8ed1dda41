package aifactory.slurm.diagnosis;

import static aifactory.slurm.diagnosis.Verdict.BLOCKED;
import static aifactory.slurm.diagnosis.Verdict.WAITING;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The reasons that name a limit of a QOS or of an association (account, user, partition). Slurm builds their names from
 * parts, {@code QOSMaxCpuPerUserLimit} or {@code AssocGrpGRESMinutes}, and so are the words for them.
 */
final class LimitReason {
    private static final Pattern NAME = Pattern.compile(
            "(QOS|Assoc)(Grp|Max|Min)?([A-Za-z]+?)(PerJob|PerUser|PerAccount|PerNode|PU|PA)?(?:Limit|NotSatisfied)?");
    private static final Pattern OLD_NAME =
            Pattern.compile("(QOS|Association)(Job|Resource|Time)Limit|QOSUsageThreshold|MaxMemPerLimit");

    /** What is limited, by the beginning of its name; the first that fits. */
    private static final List<String[]> RESOURCES = List.of(
            new String[] {"WallDuration", "time of a job"},
            new String[] {"Wall", "time of all jobs"},
            new String[] {"SubmitJob", "number of jobs in the queue"},
            new String[] {"Job", "number of running jobs"},
            new String[] {"Node", "number of nodes"},
            new String[] {"CPURunMinutes", "CPU minutes of running jobs"},
            new String[] {"CpuRunMinutes", "CPU minutes of running jobs"},
            new String[] {"CPUMinutes", "CPU minutes"},
            new String[] {"CpuMinutes", "CPU minutes"},
            new String[] {"CPU", "number of CPUs"},
            new String[] {"Cpu", "number of CPUs"},
            new String[] {"Mem", "amount of memory"},
            new String[] {"GRES", "number of GPUs and other generic resources"},
            new String[] {"Billing", "billed resources"},
            new String[] {"BB", "burst buffer"},
            new String[] {"Energy", "energy"},
            new String[] {"License", "number of licences"});

    private LimitReason() {}

    static boolean isOne(String word) {
        return OLD_NAME.matcher(word).matches()
                || (NAME.matcher(word).matches() && !word.equals("QOSNotAllowed") && resource(word) != null);
    }

    static Explanation explain(String word, JobFacts facts) {
        Matcher name = NAME.matcher(word);
        String resource = resource(word);
        if (!name.matches() || resource == null) {
            return new Explanation(
                    WAITING,
                    "a limit of " + (word.startsWith("Assoc") ? facts.account() : facts.qos())
                            + " is reached (Slurm says " + word + ")",
                    "wait for your other jobs to end, or use another QOS or account; " + where(word));
        }
        boolean isQos = word.startsWith("QOS");
        String whose = isQos ? facts.qos() : facts.account();
        String kind = name.group(2) == null ? "" : name.group(2);
        String per = name.group(4) == null ? "" : name.group(4);
        if (resource.equals("time of a job")) {
            return new Explanation(
                    BLOCKED,
                    facts.timeLimit() + " is longer than " + whose + " allows",
                    "lower --time-limit or use another QOS; " + where(word));
        }
        if (kind.equals("Min")) {
            return new Explanation(
                    BLOCKED,
                    "it requests less than the smallest " + resource + " that " + whose + " allows for a job",
                    "ask for more, or use another QOS; " + where(word));
        }
        if (per.equals("PerJob") || per.equals("PerNode")) {
            return new Explanation(
                    BLOCKED,
                    "it requests more than the " + resource + " that " + whose + " allows "
                            + (per.equals("PerJob") ? "one job" : "on one node"),
                    "ask for fewer clients or a smaller profile, or use another QOS; " + where(word));
        }
        return shared(word, whose, kind, per, resource);
    }

    /** A limit that several jobs share: it may be only that others have to end first. */
    private static Explanation shared(String word, String whose, String kind, String per, String resource) {
        String together = kind.equals("Grp")
                ? "all jobs under it together"
                : per.equals("PerAccount") || per.equals("PA") ? "the jobs of one account" : "the jobs of one user";
        boolean isBudget = resource.endsWith("minutes") || resource.equals("time of all jobs");
        return new Explanation(
                WAITING,
                "with it, the " + resource + " that " + whose + " allows " + together + " would be exceeded",
                (isBudget
                                ? "the budget is used up: ask the administrators, or use another account or QOS; "
                                : "wait for other jobs to end (`aifactory jobs`, `squeue -u $USER`), delete groups"
                                        + " that are idle, or ask for less; ")
                        + where(word));
    }

    private static @Nullable String resource(String word) {
        Matcher name = NAME.matcher(word);
        if (!name.matches()) {
            return null;
        }
        String rest = name.group(3);
        for (String[] resource : RESOURCES) {
            if (rest.startsWith(resource[0])) {
                return resource[1];
            }
        }
        return null;
    }

    private static String where(String word) {
        return word.startsWith("Assoc")
                ? "`sacctmgr show associations user=$USER` lists the limits"
                : "`sacctmgr show qos` lists the limits";
    }
}
