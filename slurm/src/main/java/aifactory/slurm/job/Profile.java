package aifactory.slurm.job;

import aifactory.slurm.JobOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a site or a user asks of Slurm for each client, as data. Null members leave the choice to someone else: to the
 * defaults, or to Slurm.
 *
 * @param partition one name, or several separated by commas
 * @param gres generic resources of each node, {@code gpu:1}
 * @param constraint features that the nodes must have, {@code skylake}
 * @param mem memory of each node, {@code 64G}
 * @param exclusive whether the nodes are shared with no other job
 * @param nodelist the nodes that must be used
 * @param extraDirectives further options of {@code sbatch}, each {@code NAME} or {@code NAME=VALUE}, with or without
 *      dashes in front
 */
public record Profile(
        @Nullable String partition,
        @Nullable String qos,
        @Nullable String account,
        @Nullable String gres,
        @Nullable String constraint,
        @Nullable Integer cpusPerTask,
        @Nullable String mem,
        @Nullable Boolean exclusive,
        @Nullable String reservation,
        @Nullable String nodelist,
        @Nullable List<String> extraDirectives) {
    /** Nothing chosen. */
    public static final Profile EMPTY = new Profile(null, null, null, null, null, null, null, null, null, null, null);

    private static final int MAXIMUM_CPUS = 65_535;

    /** Options that this system sets itself, or that would take the job out of its hands. */
    private static final Set<String> RESERVED = Set.of(
            "job-name",
            "output",
            "error",
            "input",
            "open-mode",
            "chdir",
            "nodes",
            "ntasks",
            "ntasks-per-node",
            "time",
            "time-min",
            "partition",
            "qos",
            "account",
            "gres",
            "constraint",
            "cpus-per-task",
            "mem",
            "exclusive",
            "reservation",
            "nodelist",
            "signal",
            "no-kill",
            "no-requeue",
            "requeue",
            "parsable",
            "wrap",
            "array",
            "test-only",
            "wait",
            "export",
            "export-file",
            "get-user-env",
            "uid",
            "gid",
            "clusters",
            "hold",
            "help",
            "version",
            "usage",
            "quiet",
            "verbose",
            "ignore-pbs",
            "dependency",
            "kill-on-invalid-dep");

    public Profile {
        extraDirectives = extraDirectives == null ? null : List.copyOf(extraDirectives);
    }

    public static Profile ofPlace(@Nullable String partition, @Nullable String qos, @Nullable String account) {
        return new Profile(partition, qos, account, null, null, null, null, null, null, null, null);
    }

    /** This profile with what the other one chooses put over it; extra directives of both. */
    public Profile overriddenBy(Profile other) {
        return new Profile(
                either(other.partition, partition),
                either(other.qos, qos),
                either(other.account, account),
                either(other.gres, gres),
                either(other.constraint, constraint),
                other.cpusPerTask != null ? other.cpusPerTask : cpusPerTask,
                either(other.mem, mem),
                other.exclusive != null ? other.exclusive : exclusive,
                either(other.reservation, reservation),
                either(other.nodelist, nodelist),
                both(extraDirectives, other.extraDirectives));
    }

    private static @Nullable String either(@Nullable String first, @Nullable String second) {
        return first != null ? first : second;
    }

    private static @Nullable List<String> both(@Nullable List<String> first, @Nullable List<String> second) {
        if (first == null || second == null) {
            return first == null ? second : first;
        }
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    /** Whether its nodes have GPUs for the job. */
    public boolean hasGpu() {
        return gres != null && (gres.equals("gpu") || gres.startsWith("gpu:") || gres.contains(",gpu:"));
    }

    /** How many GPUs each node has for the job; 1 where the resource is named without a number. */
    public int gpusPerNode() {
        int gpus = 0;
        for (String resource : gres == null ? List.<String>of() : List.of(gres.split(",", -1))) {
            if (resource.equals("gpu") || resource.startsWith("gpu:")) {
                String last = resource.substring(resource.lastIndexOf(':') + 1);
                gpus += last.matches("[0-9]{1,4}") ? Integer.parseInt(last) : 1;
            }
        }
        return gpus;
    }

    /**
     * Checks every member, so that a profile is refused where it is written and not when the first job uses it.
     *
     * @throws InvalidJobException names the member, the value and the remedy
     */
    public void validate() throws InvalidJobException {
        JobText.partitions("partition", partition);
        JobText.name("qos", qos);
        JobText.name("account", account);
        JobText.genericResources("gres", gres);
        JobText.constraint("constraint", constraint);
        JobText.memory("mem", mem);
        JobText.name("reservation", reservation);
        JobText.nodeList("nodelist", nodelist);
        if (cpusPerTask != null && (cpusPerTask < 1 || cpusPerTask > MAXIMUM_CPUS)) {
            throw new InvalidJobException(
                    "cpus_per_task", "cpus_per_task is " + cpusPerTask + ": expected 1 to " + MAXIMUM_CPUS);
        }
        List<JobOptions.Option> unused = extraOptions();
        if (unused.size() > RESERVED.size()) {
            throw new InvalidJobException(
                    "extra_directives",
                    unused.size() + " extra directives; at most " + RESERVED.size() + " make sense");
        }
    }

    /** The extra directives as options. */
    List<JobOptions.Option> extraOptions() throws InvalidJobException {
        List<JobOptions.Option> options = new ArrayList<>();
        for (String directive : extraDirectives == null ? List.<String>of() : extraDirectives) {
            options.add(option(JobText.printable("extra_directives", directive)));
        }
        return options;
    }

    private static JobOptions.Option option(String directive) throws InvalidJobException {
        String text = directive.startsWith("--") ? directive.substring(2) : directive;
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals);
        if (!name.matches("[a-z][a-z0-9-]*")) {
            throw new InvalidJobException(
                    "extra_directives",
                    "extra directive '" + directive
                            + "' names no option of sbatch: expected NAME or NAME=VALUE with a long name");
        }
        if (RESERVED.contains(name)) {
            throw new InvalidJobException(
                    "extra_directives",
                    "extra directive '" + directive + "' cannot be set there: " + "this system sets --" + name
                            + " itself, or the profile has a member for it");
        }
        return new JobOptions.Option(name, equals < 0 ? null : text.substring(equals + 1));
    }
}
