package aifactory.slurm.command;

import aifactory.slurm.AccountingAnswer;
import aifactory.slurm.ControlResult;
import aifactory.slurm.ControlWords;
import aifactory.slurm.JobDetails;
import aifactory.slurm.JobId;
import aifactory.slurm.JobObservation;
import aifactory.slurm.JobSignal;
import aifactory.slurm.JobState;
import aifactory.slurm.JobSubmission;
import aifactory.slurm.NodeGroup;
import aifactory.slurm.Refusals;
import aifactory.slurm.SlurmGateway;
import aifactory.slurm.SlurmUnavailableException;
import aifactory.slurm.SlurmUnavailableException.Cause;
import aifactory.slurm.SlurmVersion;
import aifactory.slurm.StepUsage;
import aifactory.slurm.SubmissionResult;
import aifactory.slurm.TestStart;
import aifactory.slurm.UsageReport;
import aifactory.slurm.command.CommandOutcome.Exited;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Talks to Slurm by its commands and their text, which unlike their JSON is the same from 22.05 to 26.05. Thread-safe.
 */
public final class CommandLineSlurmGateway implements SlurmGateway {
    private static final String BACKFILL = "sched/backfill";
    /** Of {@code sacct} and {@code sstat}. */
    private static final Pattern INVALID_FIELD = Pattern.compile("(?i)invalid field requested");

    private static final Pattern SCHEDULER = Pattern.compile("(?m)^SchedulerType\\s*=\\s*(\\S+)");
    private static final Pattern CLUSTER_NAME = Pattern.compile("(?m)^ClusterName\\s*=\\s*(\\S+)");

    /** {@code sbatch} retries by itself for up to 120 s. */
    public static final Duration SUBMIT_TIMEOUT = Duration.ofSeconds(150);

    /** The commands themselves give up after some 10 to 30 s when the controller does not answer. */
    public static final Duration QUERY_TIMEOUT = Duration.ofSeconds(60);

    private static final int SMALL_OUTPUT_BYTES = 1 << 20;
    private static final int LISTING_OUTPUT_BYTES = 64 << 20;
    /** Keeps a command line well below the limit of the system. */
    private static final int IDS_PER_QUERY = 1_000;

    private final CommandRunner runner;
    private final SlurmEnvironment environment;
    private final @Nullable String cluster;

    public CommandLineSlurmGateway(CommandRunner runner, SlurmEnvironment environment) {
        this(runner, environment, null);
    }

    /** @param cluster the one of several clusters that every command is for; null for the cluster of this machine */
    public CommandLineSlurmGateway(CommandRunner runner, SlurmEnvironment environment, @Nullable String cluster) {
        this.runner = cluster == null ? runner : forCluster(runner, cluster);
        this.environment = environment;
        this.cluster = cluster;
    }

    private static CommandRunner forCluster(CommandRunner runner, String cluster) {
        return command -> runner.run(command.onCluster(cluster));
    }

    @Override
    public SubmissionResult submit(JobSubmission submission) throws InterruptedException {
        Command command = new Command(
                SlurmCommands.submit(submission),
                submission.script(),
                environment.ofJob(submission.environment()),
                SUBMIT_TIMEOUT,
                SMALL_OUTPUT_BYTES);
        return SubmissionReader.read(runner.run(command), SUBMIT_TIMEOUT);
    }

    @Override
    public List<JobObservation> queue() throws SlurmUnavailableException, InterruptedException {
        return QueueOutput.parse(ask(SlurmCommands.queue(), Cause.CONTROLLER));
    }

    @Override
    public AccountingAnswer accounting(Collection<JobId> ids, Instant since)
            throws SlurmUnavailableException, InterruptedException {
        List<JobId> all = List.copyOf(ids);
        List<JobObservation> jobs = new ArrayList<>();
        for (int from = 0; from < all.size(); from += IDS_PER_QUERY) {
            List<JobId> part = all.subList(from, Math.min(all.size(), from + IDS_PER_QUERY));
            switch (askAccounting(SlurmCommands.accounting(part, since))) {
                case AccountingAnswer.Known(List<JobObservation> known) -> jobs.addAll(known);
                case AccountingAnswer.Absent absent -> {
                    return absent;
                }
            }
        }
        return new AccountingAnswer.Known(jobs);
    }

    private AccountingAnswer askAccounting(List<String> arguments)
            throws SlurmUnavailableException, InterruptedException {
        Exited answer = run(arguments, Cause.ACCOUNTING);
        if (saysNoAccounting(answer)) {
            return new AccountingAnswer.Absent(SlurmText.words(answer.error() + answer.output()));
        }
        return new AccountingAnswer.Known(AccountingOutput.parse(succeeded(arguments, answer, Cause.ACCOUNTING)));
    }

    private static boolean saysNoAccounting(Exited answer) {
        return answer.code() != 0
                && (answer.error() + answer.output()).contains("Slurm accounting storage is disabled");
    }

    @Override
    public List<JobObservation> find(String name, Instant since)
            throws SlurmUnavailableException, InterruptedException {
        Map<JobId, JobObservation> found = new LinkedHashMap<>();
        for (JobObservation job : QueueOutput.parse(ask(SlurmCommands.queueByName(name), Cause.CONTROLLER))) {
            if (job.name().equals(name)) {
                found.put(job.id(), job);
            }
        }
        if (askAccounting(SlurmCommands.accountingByName(name, since)) instanceof AccountingAnswer.Known known) {
            for (JobObservation job : known.jobs()) {
                if (job.name().equals(name)) {
                    // The controller's word is newer.
                    found.putIfAbsent(job.id(), job);
                }
            }
        }
        return List.copyOf(found.values());
    }

    @Override
    public Optional<JobDetails> details(JobId id) throws SlurmUnavailableException, InterruptedException {
        List<String> arguments = SlurmCommands.details(id);
        Exited answer = run(arguments, Cause.CONTROLLER);
        if (answer.code() != 0 && (answer.error() + answer.output()).contains("Invalid job id specified")) {
            return Optional.empty();
        }
        return Optional.of(ControllerOutput.parse(succeeded(arguments, answer, Cause.CONTROLLER)));
    }

    @Override
    public ControlResult cancel(JobId id) throws InterruptedException {
        return control(SlurmCommands.cancel(id));
    }

    @Override
    public ControlResult signal(JobId id, JobSignal signal) throws InterruptedException {
        return control(SlurmCommands.signal(id, signal));
    }

    /**
     * Sends SIGTERM to the tasks of a job's steps of that name.
     *
     * @param name of the step, or of the steps that belong together
     * @return whether there is such a step and Slurm took a signal for it
     */
    public boolean terminateStep(JobId job, String name) throws SlurmUnavailableException, InterruptedException {
        boolean told = false;
        for (String record : SlurmText.fields(ask(SlurmCommands.steps(job), Cause.CONTROLLER), SlurmCommands.RECORD)) {
            List<String> fields = SlurmText.fields(record.strip(), SlurmCommands.FIELD);
            if (fields.size() == 2
                    && fields.get(1).equals(name)
                    && fields.getFirst().matches("[0-9]+\\.[0-9]+")) {
                told |= control(SlurmCommands.terminateStep(fields.getFirst())) instanceof ControlResult.Accepted;
            }
        }
        return told;
    }

    private ControlResult control(List<String> arguments) throws InterruptedException {
        Exited answer;
        try {
            answer = run(arguments, Cause.CONTROLLER);
        } catch (SlurmUnavailableException e) {
            return new ControlResult.TryAgain(words(e));
        }
        String words = SlurmText.words(answer.error());
        if (answer.code() == 0 && !words.contains("error")) {
            return new ControlResult.Accepted();
        }
        return ControlWords.read(words);
    }

    @Override
    public List<NodeGroup> nodes() throws SlurmUnavailableException, InterruptedException {
        return NodeOutput.parse(ask(SlurmCommands.nodes(), Cause.CONTROLLER));
    }

    @Override
    public Optional<UsageReport> usage(JobId id, Instant since) throws SlurmUnavailableException, InterruptedException {
        Optional<UsageReport> report = accountedUsage(id, since);
        if (report.isPresent() && report.get().state().phase() != JobState.Phase.RUNNING) {
            return report;
        }
        Optional<JobDetails> details = details(id);
        boolean runs =
                details.isPresent() && details.get().observation().state().phase() == JobState.Phase.RUNNING;
        // sstat asks the nodes of this machine's cluster alone.
        if (!runs || cluster != null) {
            return report.isPresent() ? report : details.map(found -> RunningUsage.of(found, List.of(), List.of()));
        }
        List<JobId> ids = details.get().ids();
        Table sampled =
                table(SlurmCommands.STEP_FIELDS, fields -> SlurmCommands.runningUsage(ids, fields), Cause.CONTROLLER);
        List<StepUsage> steps = UsageOutput.ofRunningSteps(
                ids, sampled.fields, succeeded(sampled.arguments, sampled.answer, Cause.CONTROLLER));
        List<String> commands = new ArrayList<>();
        report.ifPresent(known -> commands.addAll(known.nativeCommands()));
        commands.add(SlurmCommands.show(SlurmCommands.details(id)));
        commands.add(SlurmCommands.show(sampled.arguments));
        return Optional.of(RunningUsage.of(details.get(), steps, commands));
    }

    private Optional<UsageReport> accountedUsage(JobId id, Instant since)
            throws SlurmUnavailableException, InterruptedException {
        Table table = table(
                SlurmCommands.USAGE_FIELDS, fields -> SlurmCommands.finishedUsage(id, since, fields), Cause.ACCOUNTING);
        if (saysNoAccounting(table.answer)) {
            return Optional.empty();
        }
        return UsageOutput.ofAccounting(
                id,
                table.fields,
                succeeded(table.arguments, table.answer, Cause.ACCOUNTING),
                SlurmCommands.show(table.arguments));
    }

    /**
     * The answer of a command that prints fields.
     *
     * @param fields those that were printed
     */
    private record Table(List<String> fields, List<String> arguments, Exited answer) {}

    /** Asks for all fields, or for those alone that every version has where some are not known. */
    private Table table(List<String> fields, Function<List<String>, List<String>> command, Cause cause)
            throws SlurmUnavailableException, InterruptedException {
        Table all = new Table(fields, command.apply(fields), run(command.apply(fields), cause));
        if (all.answer.code() == 0 || !INVALID_FIELD.matcher(all.answer.error()).find()) {
            return all;
        }
        List<String> fewer = SlurmCommands.withoutOptional(fields);
        return new Table(fewer, command.apply(fewer), run(command.apply(fewer), cause));
    }

    @Override
    public TestStart testStart(JobSubmission submission) throws SlurmUnavailableException, InterruptedException {
        Map<String, String> variables = environment.ofQueries();
        List<String> arguments = SlurmCommands.testStart(submission);
        Exited answer = run(
                new Command(arguments, submission.script(), variables, SUBMIT_TIMEOUT, SMALL_OUTPUT_BYTES),
                Cause.CONTROLLER);
        return TestStartOutput.read(answer);
    }

    @Override
    public SlurmVersion version() throws SlurmUnavailableException, InterruptedException {
        List<String> arguments = SlurmCommands.version();
        String output = ask(arguments, Cause.CONTROLLER);
        try {
            return SlurmVersion.parse(output);
        } catch (IllegalArgumentException e) {
            throw Garbage.of(SlurmCommands.show(arguments), output, "a version of Slurm");
        }
    }

    @Override
    public @Nullable String clusterName() throws SlurmUnavailableException, InterruptedException {
        Matcher name = CLUSTER_NAME.matcher(ask(SlurmCommands.configuration(), Cause.CONTROLLER));
        return name.find() ? name.group(1) : null;
    }

    @Override
    public Optional<String> obstacleToHeterogeneousJobs() throws SlurmUnavailableException, InterruptedException {
        Matcher scheduler = SCHEDULER.matcher(ask(SlurmCommands.configuration(), Cause.CONTROLLER));
        String type = scheduler.find() ? scheduler.group(1) : null;
        return type == null || type.equals(BACKFILL)
                ? Optional.empty()
                : Optional.of("this cluster's SchedulerType is " + type + ", and only " + BACKFILL
                        + " starts heterogeneous jobs");
    }

    @Override
    public String description() {
        return "Slurm's commands" + (cluster == null ? "" : " for cluster " + cluster);
    }

    private String ask(List<String> arguments, Cause cause) throws SlurmUnavailableException, InterruptedException {
        return succeeded(arguments, run(arguments, cause), cause);
    }

    private Exited run(List<String> arguments, Cause cause) throws SlurmUnavailableException, InterruptedException {
        return run(new Command(arguments, "", environment.ofQueries(), QUERY_TIMEOUT, LISTING_OUTPUT_BYTES), cause);
    }

    private Exited run(Command command, Cause cause) throws SlurmUnavailableException, InterruptedException {
        return switch (runner.run(command)) {
            case Exited exited -> {
                String words = exited.error();
                if (exited.code() != 0 && Refusals.saysAuthenticationFailed(words)) {
                    throw new SlurmUnavailableException(
                            Cause.AUTHENTICATION,
                            command.program() + ": " + SlurmText.words(words) + "; is munged running on this machine?");
                }
                if (exited.code() != 0 && (Refusals.saysNeverSent(words) || Refusals.saysAnswerWasLost(words))) {
                    throw new SlurmUnavailableException(cause, command.program() + ": " + SlurmText.words(words));
                }
                yield exited;
            }
            case CommandOutcome.TimedOut(String output, String error) ->
                throw new SlurmUnavailableException(
                        cause,
                        command.program() + " did not answer within "
                                + command.timeout().toSeconds() + " s"
                                + (error.isBlank() ? "" : ": " + SlurmText.words(error)));
            case CommandOutcome.OutputTooLarge(int limit) ->
                throw new SlurmUnavailableException(
                        Cause.GARBAGE, command.program() + " wrote more than " + limit + " bytes");
            case CommandOutcome.NotStarted(String words) ->
                throw new SlurmUnavailableException(
                        Cause.COMMAND_MISSING,
                        words + "; is Slurm installed here and in PATH ("
                                + command.environment().get("PATH") + ")?");
        };
    }

    private static String succeeded(List<String> arguments, Exited answer, Cause cause)
            throws SlurmUnavailableException {
        if (answer.code() != 0) {
            String words = SlurmText.words(answer.error().isBlank() ? answer.output() : answer.error());
            throw new SlurmUnavailableException(
                    cause,
                    arguments.getFirst() + " ended with exit code " + answer.code()
                            + (words.isEmpty() ? "" : ": " + words));
        }
        return answer.output();
    }

    private static String words(Exception e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }
}
