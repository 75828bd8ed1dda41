package aifactory.slurm.contract;

import aifactory.slurm.JobOptions;
import aifactory.slurm.JobSubmission;
import aifactory.slurm.command.SbatchArguments;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Small jobs for the contract. */
final class ContractJobs {
    private ContractJobs() {}

    static Options named(String name, Path directory) {
        return new Options(name, directory);
    }

    /** Options with what most jobs do not care for filled in. */
    static final class Options {
        private final String name;
        private final Path directory;
        private Path output;
        private int nodes = 1;
        private int cpusPerTask = 1;
        private String memory = "100M";
        private Duration timeLimit = Duration.ofMinutes(5);
        private @Nullable String partition = "cpu";
        private @Nullable String qos;
        private @Nullable String account;
        private @Nullable String gres;
        private @Nullable String constraint;
        private @Nullable String reservation;
        private @Nullable String nodeList;
        private @Nullable Duration signalLead;
        private @Nullable String dependency;

        Options(String name, Path directory) {
            this.name = name;
            this.directory = directory;
            this.output = directory.resolve(name + ".out");
        }

        Options nodes(int count) {
            nodes = count;
            return this;
        }

        Options cpusPerTask(int count) {
            cpusPerTask = count;
            return this;
        }

        Options memory(String size) {
            memory = size;
            return this;
        }

        Options timeLimit(Duration limit) {
            timeLimit = limit;
            return this;
        }

        Options partition(String value) {
            partition = value;
            return this;
        }

        Options qos(String value) {
            qos = value;
            return this;
        }

        Options account(String value) {
            account = value;
            return this;
        }

        Options gres(String value) {
            gres = value;
            return this;
        }

        Options constraint(String value) {
            constraint = value;
            return this;
        }

        Options reservation(String value) {
            reservation = value;
            return this;
        }

        Options nodeList(String value) {
            nodeList = value;
            return this;
        }

        Options signalLead(Duration value) {
            signalLead = value;
            return this;
        }

        Options singleton() {
            dependency = "singleton";
            return this;
        }

        Options output(Path file) {
            output = file;
            return this;
        }

        JobSubmission script(String... lines) {
            return submission("#!/bin/bash\n" + String.join("\n", lines) + "\n");
        }

        /** A job of two components, whose script repeats the options of both. */
        JobSubmission with(Options second, String... lines) {
            StringBuilder text = new StringBuilder("#!/bin/bash\n");
            directives(options(), text);
            text.append("#SBATCH hetjob\n");
            directives(second.options(), text);
            text.append(String.join("\n", lines)).append('\n');
            return new JobSubmission(options(), List.of(second.options()), text.toString(), Map.of());
        }

        private static void directives(JobOptions options, StringBuilder text) {
            SbatchArguments.options(options)
                    .forEach(option ->
                            text.append("#SBATCH ").append(option.argument()).append('\n'));
        }

        JobSubmission submission(String text) {
            return new JobSubmission(options(), text, Map.of("AIFACTORY_TEST_VARIABLE", "it's \"quoted\" $HOME"));
        }

        private JobOptions options() {
            return new JobOptions(
                    name,
                    output,
                    Path.of(output + ".err"),
                    directory,
                    nodes,
                    1,
                    cpusPerTask,
                    memory,
                    timeLimit,
                    partition,
                    qos,
                    account,
                    gres,
                    constraint,
                    false,
                    reservation,
                    nodeList,
                    signalLead,
                    dependency,
                    false,
                    List.of());
        }
    }
}
