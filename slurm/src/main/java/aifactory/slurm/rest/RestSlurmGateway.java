package aifactory.slurm.rest;

import aifactory.slurm.AccountingAnswer;
import aifactory.slurm.ControlResult;
import aifactory.slurm.ControlWords;
import aifactory.slurm.ExitStatus;
import aifactory.slurm.HeterogeneousJobs;
import aifactory.slurm.JobDetails;
import aifactory.slurm.JobId;
import aifactory.slurm.JobObservation;
import aifactory.slurm.JobSignal;
import aifactory.slurm.JobState;
import aifactory.slurm.JobSubmission;
import aifactory.slurm.NodeGroup;
import aifactory.slurm.Refusal;
import aifactory.slurm.SlurmClock;
import aifactory.slurm.SlurmGateway;
import aifactory.slurm.SlurmUnavailableException;
import aifactory.slurm.SlurmUnavailableException.Cause;
import aifactory.slurm.SlurmVersion;
import aifactory.slurm.StepUsage;
import aifactory.slurm.SubmissionResult;
import aifactory.slurm.TestStart;
import aifactory.slurm.UsageReport;
import aifactory.slurm.command.SlurmEnvironment;
import aifactory.slurm.rest.RestClient.Question;
import aifactory.slurm.rest.RestClient.Visitor;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Talks to Slurm by slurmrestd, v0.0.38 to v0.0.45, whichever is the newest that it serves. Thread-safe. */
public final class RestSlurmGateway implements SlurmGateway {
    private static final String CONTROLLER = "slurm";
    private static final String DATABASE = "slurmdb";
    private static final Refusal SIGNALS_EVERYTHING = new Refusal(
            Refusal.Kind.OPTION,
            "before v0.0.40 slurmrestd signals the batch script too, which would kill the steps at once",
            "Cancel the job instead, which leaves its steps time to end");
    /** Keeps a request line well below what servers take. */
    private static final int IDS_PER_QUERY = 100;

    private final RestClient client;
    private final RestSubmitter submitter;
    private final String user;
    private final SlurmClock clock;

    /**
     * @param user whose jobs these are; the token is his
     * @param environment what jobs get besides their own variables
     */
    public RestSlurmGateway(
            RestTransport transport, String user, RestTokens tokens, SlurmEnvironment environment, SlurmClock clock) {
        this(transport, user, tokens, environment, clock, null);
    }

    /**
     * @param version of the interface, {@code v0.0.42}; null for the newest that both know
     * @throws IllegalArgumentException for a version that is not known
     */
    public RestSlurmGateway(
            RestTransport transport,
            String user,
            RestTokens tokens,
            SlurmEnvironment environment,
            SlurmClock clock,
            @Nullable String version) {
        this.user = user;
        this.clock = clock;
        client = new RestClient(transport, user, tokens, clock, version == null ? null : RestVersion.parse(version));
        submitter = new RestSubmitter(client, environment);
    }

    @Override
    public SubmissionResult submit(JobSubmission submission) throws InterruptedException {
        return submitter.submit(submission);
    }

    @Override
    public List<JobObservation> queue() throws SlurmUnavailableException, InterruptedException {
        List<HeterogeneousJobs.Row> jobs = new ArrayList<>();
        ask("/jobs", new Visitor("jobs", job -> {
            if (RestJson.text(job.path("user_name")).equals(user)) {
                jobs.add(RestJobs.row(job, JobObservation.Source.QUEUE));
            }
        }));
        return HeterogeneousJobs.merge(jobs);
    }

    private RestAnswer ask(String path, Visitor visitor) throws SlurmUnavailableException, InterruptedException {
        RestAnswer answer = understood(Question.get(CONTROLLER, path), visitor);
        if (answer.isFailure()) {
            throw new SlurmUnavailableException(Cause.CONTROLLER, client + ": " + answer.words());
        }
        return answer;
    }

    /** What cannot be read as what was asked for makes no sense. */
    private RestAnswer understood(Question question, Visitor visitor)
            throws SlurmUnavailableException, InterruptedException {
        try {
            return client.ask(question, visitor);
        } catch (IllegalArgumentException e) {
            throw new SlurmUnavailableException(
                    Cause.GARBAGE, client + " answered " + question.path() + " with an invalid job: " + e.getMessage());
        }
    }

    @Override
    public AccountingAnswer accounting(Collection<JobId> ids, Instant since)
            throws SlurmUnavailableException, InterruptedException {
        List<JobId> all = List.copyOf(ids);
        List<HeterogeneousJobs.Row> jobs = new ArrayList<>();
        for (int from = 0; from < all.size(); from += IDS_PER_QUERY) {
            List<String> part = all.subList(from, Math.min(all.size(), from + IDS_PER_QUERY)).stream()
                    .map(JobId::toString)
                    .toList();
            Optional<AccountingAnswer.Absent> absent = accounted(
                    "step", part, since, true, job -> RestAccounting.row(job).ifPresent(jobs::add));
            if (absent.isPresent()) {
                return absent.get();
            }
        }
        List<JobObservation> newest = new ArrayList<>();
        for (JobObservation job : HeterogeneousJobs.merge(jobs)) {
            newest.add(withExit(job));
        }
        return new AccountingAnswer.Known(newest);
    }

    /**
     * The accounting part of 22.05 tells every exit code as 0; the controller, while it knows the job, has the real
     * one.
     */
    private JobObservation withExit(JobObservation job) throws SlurmUnavailableException, InterruptedException {
        ExitStatus exit = job.exit();
        if (job.state() != JobState.FAILED || exit == null || !exit.isSuccess()) {
            return job;
        }
        ExitStatus real =
                details(job.id()).map(details -> details.observation().exit()).orElse(null);
        return job.withExit(real);
    }

    /** @return the error that accounting is not configured, if it is not */
    private Optional<AccountingAnswer.Absent> accounted(
            String parameter, List<String> values, Instant since, boolean skipSteps, Consumer<JsonNode> job)
            throws SlurmUnavailableException, InterruptedException {
        RestVersion version = client.version();
        List<String> parameters = new ArrayList<>();
        if (version.repeatsParameters()) {
            values.forEach(value -> parameters.add(RestClient.parameter(parameter, value)));
        } else {
            parameters.add(RestClient.parameter(parameter, String.join(",", values)));
        }
        String start = (version.takesSecondsForTimes() ? "" : "uts") + since.getEpochSecond();
        parameters.add(RestClient.parameter("start_time", start));
        if (skipSteps && version.canSkipSteps()) {
            parameters.add("skip_steps=true");
        }
        RestAnswer answer;
        try {
            answer = understood(
                    Question.get(DATABASE, "/jobs" + RestClient.query(parameters)), new Visitor("jobs", job));
        } catch (SlurmUnavailableException e) {
            if (e.unavailable() == Cause.REST_SERVICE
                    && String.valueOf(e.getMessage()).endsWith("(status 404)")) {
                // Its version was there a moment ago: what is missing is the part for the accounting database.
                client.version();
                return Optional.of(new AccountingAnswer.Absent("slurmrestd serves no accounting database"));
            }
            throw e;
        }
        if (answer.words().contains("accounting storage is disabled")) {
            return Optional.of(new AccountingAnswer.Absent(answer.words()));
        }
        if (answer.isFailure() && !answer.has(RestError.NOTHING_FOUND)) {
            throw new SlurmUnavailableException(Cause.ACCOUNTING, client + ": " + answer.words());
        }
        return Optional.empty();
    }

    @Override
    public List<JobObservation> find(String name, Instant since)
            throws SlurmUnavailableException, InterruptedException {
        Map<JobId, JobObservation> found = new LinkedHashMap<>();
        for (JobObservation job : queue()) {
            if (job.name().equals(name)) {
                found.put(job.id(), job);
            }
        }
        List<HeterogeneousJobs.Row> accounted = new ArrayList<>();
        accounted(
                "job_name",
                List.of(name),
                since,
                true,
                job -> RestAccounting.row(job).ifPresent(accounted::add));
        for (JobObservation job : HeterogeneousJobs.merge(accounted)) {
            if (job.name().equals(name)) {
                // The controller's word is newer.
                found.putIfAbsent(job.id(), job);
            }
        }
        return List.copyOf(found.values());
    }

    @Override
    public Optional<JobDetails> details(JobId id) throws SlurmUnavailableException, InterruptedException {
        List<JobDetails> jobs = new ArrayList<>();
        RestAnswer answer = understood(
                Question.get(CONTROLLER, "/job/" + id), new Visitor("jobs", job -> jobs.add(RestJobs.details(job))));
        if (answer.has(RestError.NO_SUCH_JOB)) {
            return Optional.empty();
        }
        if (answer.isFailure()) {
            throw new SlurmUnavailableException(Cause.CONTROLLER, client + ": " + answer.words());
        }
        if (jobs.isEmpty()) {
            return Optional.empty();
        }
        JobDetails whole = RestJobs.whole(jobs);
        return whole.ids().contains(id) ? Optional.of(whole) : Optional.empty();
    }

    @Override
    public ControlResult cancel(JobId id) throws InterruptedException {
        return control("/job/" + id);
    }

    @Override
    public ControlResult signal(JobId id, JobSignal signal) throws InterruptedException {
        try {
            String flags = client.version().signalFlags();
            if (!flags.isEmpty()) {
                return control("/job/" + id + "?signal=" + signal.name() + flags);
            }
            return details(id)
                            .filter(job -> !job.observation().state().isTerminal())
                            .isPresent()
                    ? new ControlResult.Refused(SIGNALS_EVERYTHING)
                    : new ControlResult.AlreadyEnded("Invalid job id specified");
        } catch (SlurmUnavailableException e) {
            return new ControlResult.TryAgain(String.valueOf(e.getMessage()));
        }
    }

    private ControlResult control(String path) throws InterruptedException {
        RestAnswer answer;
        try {
            answer = understood(new Question("DELETE", CONTROLLER, path, null, RestClient.QUERY_TIMEOUT), Visitor.NONE);
        } catch (SlurmUnavailableException e) {
            return new ControlResult.TryAgain(String.valueOf(e.getMessage()));
        }
        List<String> words = new ArrayList<>();
        for (JsonNode status : answer.body().path("status")) {
            JsonNode error = status.path("error");
            if (RestJson.number(error.path("code"), 0) != 0) {
                words.add(RestJson.text(error.path("string")));
            }
        }
        if (answer.isFailure()) {
            words.add(answer.words());
        }
        if (words.isEmpty()) {
            return new ControlResult.Accepted();
        }
        return answer.has(RestError.NOT_PERMITTED)
                ? new ControlResult.TryAgain(String.join("; ", words))
                : ControlWords.read(String.join("; ", words));
    }

    @Override
    public List<NodeGroup> nodes() throws SlurmUnavailableException, InterruptedException {
        List<JsonNode> partitions = new ArrayList<>();
        List<JsonNode> nodes = new ArrayList<>();
        ask("/partitions", new Visitor("partitions", partitions::add));
        ask("/nodes", new Visitor("nodes", nodes::add));
        return RestNodes.groups(partitions, nodes);
    }

    @Override
    public Optional<UsageReport> usage(JobId id, Instant since) throws SlurmUnavailableException, InterruptedException {
        List<JsonNode> rows = new ArrayList<>();
        accounted("step", List.of(id.toString()), since, false, rows::add);
        List<String> commands = List.of("GET /slurmdb/" + client.version() + "/jobs?step=" + id);
        if (!rows.isEmpty() && RestAccounting.observation(rows.getLast()).isPresent()) {
            UsageReport accounted = RestAccounting.usage(id, rows, commands);
            if (accounted.state().phase() != JobState.Phase.RUNNING) {
                return Optional.of(accounted);
            }
            return Optional.of(details(id)
                    .map(details -> running(details, accounted.steps(), commands))
                    .orElse(accounted));
        }
        return details(id).map(details -> running(details, List.of(), commands));
    }

    private UsageReport running(JobDetails details, List<StepUsage> steps, List<String> before) {
        if (details.components().isEmpty()) {
            return runningComponent(details, steps, before);
        }
        List<UsageReport> components = new ArrayList<>();
        for (JobDetails component : details.components()) {
            // The steps have the names of all components already.
            components.add(runningComponent(component, components.isEmpty() ? steps : List.of(), before));
        }
        return UsageReport.sum(components).orElseThrow();
    }

    /** No version of the interface reports what running steps use. */
    private UsageReport runningComponent(JobDetails details, List<StepUsage> steps, List<String> before) {
        JobObservation job = details.observation();
        List<String> commands = new ArrayList<>(before);
        commands.add("GET /slurm/…/job/" + job.id());
        Instant start = job.startsAt();
        Duration elapsed = start == null || job.state().phase() != JobState.Phase.RUNNING
                ? Duration.ZERO
                : Duration.between(start, clock.now());
        int nodes = number(details.field("NumNodes"));
        String memory = details.field("MinMemoryNode");
        return new UsageReport(
                job.id(),
                job.state(),
                elapsed,
                elapsed.toSeconds() * nodes,
                nodes,
                number(details.field("NumCPUs")),
                memory == null || memory.startsWith("0") ? "" : memory,
                null,
                steps,
                commands);
    }

    private static int number(@Nullable String text) {
        return text == null ? 0 : Integer.parseInt(text);
    }

    @Override
    public TestStart testStart(JobSubmission submission) {
        return new TestStart.Unsupported("slurmrestd estimates no starts; ask on a login node: sbatch --test-only");
    }

    @Override
    public SlurmVersion version() throws SlurmUnavailableException, InterruptedException {
        RestAnswer answer = client.ask(Question.get(CONTROLLER, "/ping"), Visitor.NONE);
        JsonNode meta = answer.body().path("meta");
        String release = RestJson.text((meta.has("slurm") ? meta.path("slurm") : meta.path("Slurm")).path("release"));
        try {
            return SlurmVersion.parse(release);
        } catch (IllegalArgumentException e) {
            throw new SlurmUnavailableException(
                    Cause.GARBAGE, client + " names no version of Slurm: '" + release + "'");
        }
    }

    @Override
    public @Nullable String clusterName() throws SlurmUnavailableException, InterruptedException {
        RestAnswer answer = client.ask(Question.get(CONTROLLER, "/ping"), Visitor.NONE);
        JsonNode meta = answer.body().path("meta");
        String name = RestJson.text((meta.has("slurm") ? meta.path("slurm") : meta.path("Slurm")).path("cluster"));
        return name.isBlank() ? null : name;
    }

    /** The interface does not report the scheduler; a job that never starts is seen by its reason. */
    @Override
    public Optional<String> obstacleToHeterogeneousJobs() {
        return Optional.empty();
    }

    @Override
    public String description() {
        return client.toString();
    }
}
