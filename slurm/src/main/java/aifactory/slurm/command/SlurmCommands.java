package aifactory.slurm.command;

import aifactory.slurm.JobId;
import aifactory.slurm.JobSignal;
import aifactory.slurm.JobSubmission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The command lines of Slurm that this system uses, and how they are shown to people. */
public final class SlurmCommands {
    /** Between fields: cannot occur in any. */
    static final char FIELD = '\u001f';
    /** At the end of {@code squeue}'s records: a job's name may hold a line feed, but not this. */
    static final char RECORD = '\u001e';

    /**
     * Fields of {@code squeue}; {@code %i} names a component of a heterogeneous job, {@code 7+1}; the name is last
     * because it is the one that its user chose.
     */
    static final List<String> QUEUE_FIELDS = List.of("%A", "%F", "%i", "%T", "%r", "%S", "%e", "%V", "%N", "%P", "%j");

    static final List<String> ACCOUNTING_FIELDS = List.of(
            "JobIDRaw",
            "State",
            "ExitCode",
            "Reason",
            "Submit",
            "Start",
            "End",
            "NodeList",
            "Partition",
            "JobID",
            "JobName");

    static final List<String> USAGE_FIELDS = List.of(
            "JobIDRaw",
            "State",
            "ElapsedRaw",
            "NNodes",
            "AllocCPUS",
            "ReqMem",
            "TotalCPU",
            "MaxRSS",
            "MaxRSSNode",
            "AveRSS",
            "NTasks",
            "MaxVMSize",
            "AvePages",
            "JobName");

    static final List<String> STEP_FIELDS =
            List.of("JobID", "MaxRSS", "MaxRSSNode", "AveRSS", "AveCPU", "NTasks", "MaxVMSize", "AvePages");

    /** Those of {@code sacct} and {@code sstat} that a site's version may not have. */
    private static final Set<String> OPTIONAL_FIELDS = Set.of("MaxVMSize", "AvePages");

    static final List<String> NODE_FIELDS =
            List.of("%P", "%a", "%l", "%s", "%T", "%D", "%c", "%C", "%m", "%G", "%f", "%N");

    private SlurmCommands() {}

    /** The script comes on standard input. */
    public static List<String> submit(JobSubmission submission) {
        return sbatch("--parsable", submission);
    }

    public static List<String> testStart(JobSubmission submission) {
        return sbatch("--test-only", submission);
    }

    /** Options on the command line are for one component: those of a heterogeneous job are in its script alone. */
    private static List<String> sbatch(String mode, JobSubmission submission) {
        List<String> arguments = new ArrayList<>(List.of("sbatch", mode, "--export=ALL"));
        if (!submission.isHeterogeneous()) {
            arguments.addAll(SbatchArguments.of(submission.options()));
        }
        return arguments;
    }

    public static List<String> queue() {
        return List.of(
                "squeue",
                "--me",
                "-h",
                "-a",
                "-t",
                "all",
                "-o",
                String.join(String.valueOf(FIELD), QUEUE_FIELDS) + RECORD);
    }

    static List<String> steps(JobId job) {
        return List.of("squeue", "--steps", "-h", "--jobs=" + job, "-o", "%i" + FIELD + "%j" + RECORD);
    }

    static List<String> terminateStep(String step) {
        return List.of("scancel", "--signal=TERM", step);
    }

    public static List<String> queueByName(String name) {
        List<String> arguments = new ArrayList<>(queue());
        arguments.add("--name=" + name);
        return arguments;
    }

    public static List<String> accounting(Collection<JobId> ids, Instant since) {
        List<String> arguments = accounting(since);
        arguments.add("--jobs=" + ids.stream().map(JobId::toString).collect(Collectors.joining(",")));
        return arguments;
    }

    public static List<String> accountingByName(String name, Instant since) {
        List<String> arguments = accounting(since);
        arguments.add("--name=" + name);
        return arguments;
    }

    private static List<String> accounting(Instant since) {
        return new ArrayList<>(List.of(
                "sacct",
                "-X",
                "-n",
                "-P",
                "--delimiter=" + FIELD,
                "-S",
                time(since),
                "-o",
                String.join(",", ACCOUNTING_FIELDS)));
    }

    static List<String> withoutOptional(List<String> fields) {
        return fields.stream().filter(field -> !OPTIONAL_FIELDS.contains(field)).toList();
    }

    public static List<String> finishedUsage(JobId id, Instant since, List<String> fields) {
        return List.of(
                "sacct",
                "-n",
                "-P",
                "--delimiter=" + FIELD,
                "-S",
                time(since),
                "-o",
                String.join(",", fields),
                "--jobs=" + id);
    }

    /** @param ids of the job, or of all its components */
    public static List<String> runningUsage(Collection<JobId> ids, List<String> fields) {
        String jobs = ids.stream().map(JobId::toString).collect(Collectors.joining(","));
        return List.of("sstat", "-a", "-n", "-P", "-o", String.join(",", fields), "-j", jobs);
    }

    public static List<String> details(JobId id) {
        return List.of("scontrol", "show", "job", "-o", id.toString());
    }

    public static List<String> cancel(JobId id) {
        return List.of("scancel", id.toString());
    }

    /**
     * Without {@code --batch} and {@code --full}: {@code srun} would answer a SIGTERM by killing every task at once.
     */
    public static List<String> signal(JobId id, JobSignal signal) {
        return List.of("scancel", "-s", signal.name(), id.toString());
    }

    /** With {@code --exact}, or nodes of different sizes would be shown as one, as {@code 32+}. */
    public static List<String> nodes() {
        return List.of("sinfo", "-h", "--exact", "-o", String.join(String.valueOf(FIELD), NODE_FIELDS));
    }

    public static List<String> version() {
        return List.of("sinfo", "--version");
    }

    public static List<String> configuration() {
        return List.of("scontrol", "show", "config");
    }

    public static List<String> token(long lifespanSeconds) {
        return List.of("scontrol", "token", "lifespan=" + lifespanSeconds);
    }

    /** A command line as one would type it; non-printable separators are shown as {@code |}. */
    public static String show(List<String> arguments) {
        return arguments.stream().map(SlurmCommands::shown).collect(Collectors.joining(" "));
    }

    private static String shown(String argument) {
        String readable = argument.replace(FIELD, '|').replace(String.valueOf(RECORD), "");
        boolean plain = !readable.isEmpty()
                && readable.chars().allMatch(c -> Character.isLetterOrDigit(c) || "-_=./:,@%+[]".indexOf(c) >= 0);
        return plain ? readable : "'" + readable.replace("'", "'\\''") + "'";
    }

    /** Seconds since 1970: neither the time zone of this process nor that of the command matters. */
    private static String time(Instant since) {
        return "uts" + since.getEpochSecond();
    }
}
