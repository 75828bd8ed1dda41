package aifactory.slurm.simulation;

import aifactory.slurm.JobOptions;
import aifactory.slurm.JobState;
import aifactory.slurm.command.Command;
import aifactory.slurm.command.CommandOutcome;
import aifactory.slurm.command.CommandOutcome.Exited;
import aifactory.slurm.command.CommandOutcome.TimedOut;
import aifactory.slurm.job.InvalidJobException;
import aifactory.slurm.job.SbatchDirectives;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code sbatch}. */
final class SimulatedSbatch {
    private static final String TIMED_OUT =
            "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation\n";

    private static final String NO_SCRIPT = """
            sbatch: error: This does not look like a batch script.  The first
            sbatch: error: line must start with #! followed by the path to an interpreter.
            sbatch: error: For instance: #!/bin/sh
            """;

    private final FakeSlurm slurm;
    private final SimulatedCluster cluster;
    private final SubmissionCheck check;

    SimulatedSbatch(FakeSlurm slurm, SimulatedCluster cluster) {
        this.slurm = slurm;
        this.cluster = cluster;
        check = new SubmissionCheck(cluster);
    }

    CommandOutcome run(Command command, SimulatedArguments arguments) {
        String script = command.standardInput();
        if (script.isBlank()) {
            return failed("Batch script contains only whitespace!");
        }
        if (!script.startsWith("#!")) {
            return new Exited(1, "", NO_SCRIPT);
        }
        List<Map<String, String>> components = new ArrayList<>();
        try {
            for (List<JobOptions.Option> directives : SbatchDirectives.components(script)) {
                Map<String, String> options = new LinkedHashMap<>();
                directives.forEach(option -> options.put(option.name(), option.value() == null ? "" : option.value()));
                options.putAll(arguments.options());
                components.add(options);
            }
        } catch (InvalidJobException e) {
            return new Exited(255, "", "sbatch: fatal: " + e.getMessage() + "\n");
        }
        SubmissionCheck.Answer answer = check.check(components);
        if (answer instanceof SubmissionCheck.Answer.BadOption(String words)) {
            return new Exited(255, "", words);
        }
        if (arguments.has("test-only")) {
            return test(answer);
        }
        if (answer instanceof SubmissionCheck.Answer.Refused(String first, String words)) {
            return words.isEmpty()
                    ? new Exited(1, "", first)
                    : new Exited(1, "", first + "sbatch: error: Batch job submission failed: " + words + "\n");
        }
        return submit(components, script, command.environment());
    }

    private Exited test(SubmissionCheck.Answer answer) {
        if (answer instanceof SubmissionCheck.Answer.Refused(String first, String words)) {
            return new Exited(1, "", first + "allocation failure: " + words + "\n");
        }
        Instant start = cluster.clock.now();
        String middle = cluster.configuration.release() >= 2605 ? " a" : "";
        return new Exited(
                0,
                "",
                "sbatch: Job " + cluster.reserveId() + " to start at " + start.getEpochSecond() + middle
                        + " using 1 processors on nodes node001 in partition cpu\n");
    }

    private CommandOutcome submit(List<Map<String, String>> options, String script, Map<String, String> environment) {
        SubmissionFault fault = slurm.nextSubmissionFault();
        if (fault == null) {
            return new Exited(0, make(options, script, environment) + "\n", "");
        }
        return switch (fault) {
            case ANSWER_LOST_JOB_MADE -> {
                make(options, script, environment);
                yield new Exited(1, "", TIMED_OUT);
            }
            case ANSWER_LOST_NO_JOB -> new Exited(1, "", TIMED_OUT);
            case KILLED_JOB_MADE -> {
                make(options, script, environment);
                yield new TimedOut("", "");
            }
            case KILLED_NO_JOB -> new TimedOut("", "");
            case GARBAGE_JOB_MADE -> {
                make(options, script, environment);
                yield new Exited(0, "Thank you for using the cluster.\n", "");
            }
            case JOB_MADE_TWICE -> {
                make(options, script, environment);
                make(options, script, environment);
                yield new Exited(1, "", TIMED_OUT);
            }
            case TRY_AGAIN -> failed("Batch job submission failed: Unable to create job record, try again");
        };
    }

    /** The id of the job, or of its first component. */
    long make(List<Map<String, String>> components, String script, Map<String, String> environment) {
        List<Map<String, String>> completed = components.stream()
                .map(options -> SubmissionCheck.completed(cluster, options))
                .toList();
        return cluster.submit(completed, script, environment, behaviour(components.getFirst(), script)).id;
    }

    private JobBehaviour behaviour(Map<String, String> options, String script) {
        JobView view = new JobView(
                0,
                options.getOrDefault("job-name", "sbatch"),
                JobState.PENDING,
                "None",
                List.of(),
                0,
                options,
                script,
                Map.of());
        JobBehaviour chosen = slurm.behaviour(view);
        return chosen != null ? chosen : JobBehaviour.ofScript(script);
    }

    private static Exited failed(String words) {
        return new Exited(1, "", "sbatch: error: " + words + "\n");
    }
}
