package aifactory.commandline.doctor;

import aifactory.commandline.failure.CommandFailure;
import aifactory.protocol.JsonFormat;
import aifactory.slurm.command.Command;
import aifactory.slurm.command.CommandOutcome;
import aifactory.slurm.command.CommandRunner;
import aifactory.slurm.command.SlurmCommands;
import aifactory.slurm.command.SlurmEnvironment;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Runs the checks on a compute node, by {@code srun}: inside a running job, or in a small separate allocation. */
public final class FromNode {
    /** For Slurm to give a node; the allocation itself is limited to two minutes. */
    private static final int IMMEDIATE_SECONDS = 60;

    private static final Duration TIMEOUT = Duration.ofSeconds(150);
    private static final int OUTPUT_BYTES = 1 << 20;

    private final CommandRunner runner;
    private final SlurmEnvironment environment;

    public FromNode(CommandRunner runner, SlurmEnvironment environment) {
        this.runner = runner;
        this.environment = environment;
    }

    /**
     * Where the checks run.
     *
     * @param jobId inside this job; null for a separate allocation
     */
    public record Place(
            @Nullable String jobId,
            @Nullable String partition,
            @Nullable String account,
            @Nullable String qos) {}

    /**
     * The command that runs the checks.
     *
     * @param certificateSha256 of the service's certificate, which is no secret; null without TLS
     */
    public static List<String> command(
            Place place,
            List<String> program,
            List<URI> services,
            @Nullable String certificateSha256,
            List<URI> aiServers) {
        List<String> command = new ArrayList<>(List.of("srun", "--nodes=1", "--ntasks=1", "--cpus-per-task=1"));
        if (place.jobId != null) {
            command.addAll(List.of("--jobid=" + place.jobId, "--overlap", "--mem=0"));
        } else {
            command.addAll(List.of(
                    "--job-name=aifactory-doctor", "--time=2", "--mem=512M", "--immediate=" + IMMEDIATE_SECONDS));
            add(command, "partition", place.partition);
            add(command, "account", place.account);
            add(command, "qos", place.qos);
        }
        command.addAll(program);
        command.addAll(List.of("doctor", "--checks", "--json"));
        services.forEach(service -> command.addAll(List.of("--client-service-addr", service.toString())));
        if (certificateSha256 != null) {
            command.addAll(List.of("--service-certificate", certificateSha256));
        }
        aiServers.forEach(server -> command.addAll(List.of("--ai-server", server.toString())));
        return command;
    }

    private static void add(List<String> command, String option, @Nullable String value) {
        if (value != null) {
            command.add("--" + option + "=" + value);
        }
    }

    /** Runs the checks and returns what they found. */
    public NodeReport run(List<String> command) {
        CommandOutcome outcome;
        try {
            outcome = runner.run(new Command(command, "", environment.ofQueries(), TIMEOUT, OUTPUT_BYTES));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.interrupted();
        }
        return switch (outcome) {
            case CommandOutcome.Exited(int code, String output, String error) -> report(command, code, output, error);
            case CommandOutcome.TimedOut(String output, String error) ->
                throw CommandFailure.unavailable("srun did not end within " + TIMEOUT.toSeconds() + " s"
                        + (error.isBlank() ? "" : ": " + oneLine(error))
                        + "; is a node free? aifactory plan --num-clients 1");
            case CommandOutcome.OutputTooLarge(int limit) ->
                throw CommandFailure.unavailable(
                        "srun wrote more than " + limit + " bytes; run it manually: " + SlurmCommands.show(command));
            case CommandOutcome.NotStarted(String words) ->
                throw CommandFailure.unavailable(
                        words + "; --from-node needs Slurm's commands on this machine, run it on a login node");
        };
    }

    private static NodeReport report(List<String> command, int code, String output, String error) {
        int begin = output.indexOf('{');
        if (begin >= 0) {
            try {
                return JsonFormat.mapper().readValue(output.substring(begin), NodeReport.class);
            } catch (JacksonException e) {
                // Reported below with the output of srun.
            }
        }
        String words = oneLine(error.isBlank() ? output : error);
        throw CommandFailure.unavailable("the checks did not run on a node (srun ended with exit code " + code + ": "
                + words + "); " + remedy(words) + "; manually: " + SlurmCommands.show(command));
    }

    private static String remedy(String words) {
        if (words.contains("No such file or directory") || words.contains("execve")) {
            return "the nodes do not see this program: install it on a file system that they share";
        }
        if (words.contains("Unable to allocate resources") || words.contains("immediate")) {
            return "no node is free within " + IMMEDIATE_SECONDS
                    + " s, or Slurm refuses the job; see: aifactory plan --num-clients 1";
        }
        if (words.contains("Job is pending")
                || words.contains("nvalid job id")
                || words.contains("xpired")
                || words.contains("already complet")) {
            return "the group's job does not run; omit the id to check from a separately allocated node";
        }
        return "look at srun's words";
    }

    private static String oneLine(String text) {
        String line = text.strip().replaceAll("\\s*\\R\\s*", "; ");
        return line.length() <= 600 ? line : line.substring(0, 600) + "…";
    }
}
