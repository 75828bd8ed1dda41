package aifactory.slurm.command;

import aifactory.slurm.JobOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Options of a job as {@code sbatch} takes them. */
public final class SbatchArguments {
    private SbatchArguments() {}

    /** One word per option, in a fixed order. */
    public static List<String> of(JobOptions options) {
        return options(options).stream().map(JobOptions.Option::argument).toList();
    }

    /** The same as names and values, as {@code #SBATCH} lines need them. */
    public static List<JobOptions.Option> options(JobOptions options) {
        List<JobOptions.Option> list = new ArrayList<>();
        add(list, "job-name", options.name());
        add(list, "output", literalPath(options.output().toString()));
        add(list, "error", literalPath(options.error().toString()));
        add(list, "chdir", options.workingDirectory().toString());
        add(list, "nodes", options.nodes());
        add(list, "ntasks-per-node", options.tasksPerNode());
        add(list, "cpus-per-task", options.cpusPerTask());
        add(list, "mem", options.memory());
        add(list, "time", timeLimit(options.timeLimit()));
        add(list, "partition", options.partition());
        add(list, "qos", options.qos());
        add(list, "account", options.account());
        add(list, "gres", options.genericResources());
        add(list, "constraint", options.constraint());
        if (options.exclusive()) {
            list.add(new JobOptions.Option("exclusive", null));
        }
        add(list, "reservation", options.reservation());
        add(list, "nodelist", options.nodeList());
        Duration lead = options.signalLead();
        if (lead != null) {
            add(list, "signal", "TERM@" + lead.toSeconds());
        }
        add(list, "dependency", options.dependency());
        list.add(new JobOptions.Option("no-kill", null));
        list.add(new JobOptions.Option(options.requeue() ? "requeue" : "no-requeue", null));
        list.addAll(options.extra());
        return list;
    }

    private static void add(List<JobOptions.Option> list, String name, @Nullable Object value) {
        if (value != null) {
            list.add(new JobOptions.Option(name, value.toString()));
        }
    }

    /** Minutes as {@code D-HH:MM:SS}. */
    public static String timeLimit(Duration limit) {
        return "%d-%02d:%02d:%02d"
                .formatted(limit.toDays(), limit.toHoursPart(), limit.toMinutesPart(), limit.toSecondsPart());
    }

    /** Slurm replaces {@code %j} and similar patterns in file names. */
    private static String literalPath(String path) {
        return path.replace("%", "%%");
    }
}
