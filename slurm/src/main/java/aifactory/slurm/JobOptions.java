package aifactory.slurm;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options of one job submission, independent of their syntax. The caller has validated the values: no control
 * characters, valid names.
 *
 * @param name the whole name, its unique token included
 * @param output path of standard output, a real path: {@code %} in it stands for itself
 * @param error path of standard error, likewise
 * @param workingDirectory where the script starts
 * @param nodes how many, null where a template says it
 * @param tasksPerNode null where a template says it
 * @param cpusPerTask null where a template says it
 * @param memory per node in Slurm's notation ({@code 8G}), null for the partition's default
 * @param timeLimit whole minutes
 * @param signalLead how long before the limit the steps get SIGTERM, null for no such signal
 * @param dependency Slurm's notation, null for none
 * @param extra further options of {@code sbatch} as NAME and VALUE (null for a mere switch), without dashes
 */
public record JobOptions(
        String name,
        Path output,
        Path error,
        Path workingDirectory,
        @Nullable Integer nodes,
        @Nullable Integer tasksPerNode,
        @Nullable Integer cpusPerTask,
        @Nullable String memory,
        Duration timeLimit,
        @Nullable String partition,
        @Nullable String qos,
        @Nullable String account,
        @Nullable String genericResources,
        @Nullable String constraint,
        boolean exclusive,
        @Nullable String reservation,
        @Nullable String nodeList,
        @Nullable Duration signalLead,
        @Nullable String dependency,
        boolean requeue,
        List<Option> extra) {
    public JobOptions {
        extra = List.copyOf(extra);
    }

    /**
     * The same with GPUs requested by {@code --gpus-per-node}.
     *
     * @param gpus {@code 2} or {@code a100:2}
     * @param otherResources generic resources that are no GPUs, null for none
     */
    public JobOptions withGpusPerNode(String gpus, @Nullable String otherResources) {
        List<Option> more = new ArrayList<>();
        more.add(new Option("gpus-per-node", gpus));
        more.addAll(extra);
        return new JobOptions(
                name,
                output,
                error,
                workingDirectory,
                nodes,
                tasksPerNode,
                cpusPerTask,
                memory,
                timeLimit,
                partition,
                qos,
                account,
                otherResources,
                constraint,
                exclusive,
                reservation,
                nodeList,
                signalLead,
                dependency,
                requeue,
                more);
    }

    /** An option of {@code sbatch}, {@code --NAME} or {@code --NAME=VALUE}. */
    public record Option(String name, @Nullable String value) {
        /** As one word of a command line. */
        public String argument() {
            return value == null ? "--" + name : "--" + name + "=" + value;
        }
    }
}
