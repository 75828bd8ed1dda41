package aifactory.service.dispatch.slurm;

import aifactory.service.dispatch.ClientDispatcher;
import aifactory.service.dispatch.DispatchOrder;
import aifactory.service.dispatch.DispatchRefusedException;
import aifactory.service.dispatch.DispatchUnavailableException;
import aifactory.service.dispatch.DispatchedJob;
import aifactory.service.dispatch.InvalidOrderException;
import aifactory.service.dispatch.JobInsight;
import aifactory.service.dispatch.JobProvenance;
import aifactory.service.dispatch.JobStatus;
import aifactory.slurm.JobDetails;
import aifactory.slurm.JobId;
import aifactory.slurm.JobState;
import aifactory.slurm.Refusal;
import aifactory.slurm.SlurmClock;
import aifactory.slurm.SlurmGateway;
import aifactory.slurm.SlurmUnavailableException;
import aifactory.slurm.job.InvalidJobException;
import aifactory.slurm.job.JobLogs;
import aifactory.slurm.job.JobScript;
import aifactory.slurm.job.JobScriptBuilder;
import aifactory.slurm.watch.JobNotStoppedException;
import aifactory.slurm.watch.JobStopper;
import aifactory.slurm.watch.JobSubmitter;
import aifactory.slurm.watch.Placement;
import aifactory.slurm.watch.PollerListener;
import aifactory.slurm.watch.PollerSettings;
import aifactory.slurm.watch.PollerThread;
import aifactory.slurm.watch.SlurmPoller;
import aifactory.slurm.watch.WatchedJob;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Client Dispatcher of Slurm: each group is one job. All jobs are monitored by one poller, so {@link #states}
 * sends no query and does not wait. Thread-safe.
 */
public final class SlurmDispatcher implements ClientDispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(SlurmDispatcher.class);

    /** From SIGTERM to {@code scancel}; clients that still run by then did not hear the service. */
    private static final Duration FLUSH = Duration.ofSeconds(20);

    private static final Duration END_CHECK_INTERVAL = Duration.ofSeconds(1);

    private final String name;
    private final SlurmInsight insight;
    private final ClusterIdentity cluster;
    private final SlurmGateway gateway;
    private final SlurmClock clock;
    private final GroupJobs jobs;
    private final JobFiles files;
    private final JobSubmitter submitter;
    private final SlurmPoller poller;
    private final JobStopper stopper;
    private final Map<JobId, FollowedJob> followed = new ConcurrentHashMap<>();
    private @Nullable PollerThread thread;

    private SlurmDispatcher(
            String name,
            SlurmGateway gateway,
            SlurmClock clock,
            PollerSettings settings,
            SlurmSite site,
            Path sharedDirectory) {
        this.name = name;
        this.insight = new SlurmInsight(gateway);
        this.cluster = new ClusterIdentity(gateway);
        this.gateway = gateway;
        this.clock = clock;
        this.jobs = new GroupJobs(site);
        this.files = new JobFiles(sharedDirectory.resolve("jobs"));
        this.submitter = new JobSubmitter(gateway, clock);
        this.poller = new SlurmPoller(gateway, clock, settings, new ChangeLog());
        this.stopper = new JobStopper(gateway, poller, clock);
    }

    /**
     * A dispatcher whose poller runs by itself until {@link #close}.
     *
     * @param name what people call it, {@code slurm} for instance
     * @param sharedDirectory that the nodes see; job scripts are kept in its {@code jobs}
     */
    public static SlurmDispatcher start(
            String name,
            SlurmGateway gateway,
            SlurmClock clock,
            PollerSettings settings,
            SlurmSite site,
            Path sharedDirectory) {
        SlurmDispatcher dispatcher = withoutThread(name, gateway, clock, settings, site, sharedDirectory);
        dispatcher.thread = PollerThread.start(dispatcher.poller);
        return dispatcher;
    }

    /** A dispatcher that asks Slurm only when {@link #poll} is called, for virtual time. */
    static SlurmDispatcher withoutThread(
            String name,
            SlurmGateway gateway,
            SlurmClock clock,
            PollerSettings settings,
            SlurmSite site,
            Path sharedDirectory) {
        SlurmDispatcher dispatcher = new SlurmDispatcher(name, gateway, clock, settings, site, sharedDirectory);
        dispatcher.watchForUnresolved();
        return dispatcher;
    }

    /** One round of the poller. */
    Duration poll() throws InterruptedException {
        return poller.poll();
    }

    private void watchForUnresolved() {
        for (String jobName : files.unresolved(clock.now().minus(SlurmPoller.STRAY_WATCH))) {
            poller.cancelWhenSeen(jobName);
        }
    }

    @Override
    public JobInsight insight() {
        return insight;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String preview(DispatchOrder order) throws InvalidOrderException {
        try {
            JobLogs logs = JobLogs.first(order.logDirectory(), order.benchmarkId());
            return jobs.build(order, logs, GroupJobs.isHeterogeneous(order)).render();
        } catch (InvalidJobException e) {
            throw new InvalidOrderException(e.field(), String.valueOf(e.getMessage()));
        }
    }

    @Override
    public DispatchedJob submit(DispatchOrder order)
            throws InvalidOrderException, DispatchRefusedException, DispatchUnavailableException, InterruptedException {
        String jobName = GroupJobs.nameOf(order);
        JobLogs logs = reserveLogs(order);
        boolean submitted = false;
        try {
            Optional<String> obstacle = obstacleTo(order);
            JobScript script = jobs.build(order, logs, GroupJobs.isHeterogeneous(order) && obstacle.isEmpty());
            List<String> notes =
                    obstacle.isEmpty() ? List.of() : List.of(jobs.costOfOneKindOfNodes(order, obstacle.get()));
            files.keep(jobName, script.text(), logs);
            DispatchedJob job = place(order, script, logs);
            submitted = true;
            return new DispatchedJob(job.jobId(), job.logPaths(), notes);
        } catch (InvalidJobException e) {
            throw new InvalidOrderException(e.field(), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new DispatchUnavailableException(
                    "the script of job " + jobName + " cannot be kept: " + e.getMessage()
                            + "; free disk space in the shared directory or correct its permissions",
                    e);
        } catch (InterruptedException e) {
            // There may be a job; the next life of the service looks for it.
            submitted = true;
            throw e;
        } finally {
            if (!submitted) {
                files.discard(jobName, logs);
            }
        }
    }

    /**
     * Why the order cannot be a heterogeneous job, if it asks for one; the submission fails by itself where Slurm does
     * not answer.
     */
    private Optional<String> obstacleTo(DispatchOrder order) throws InterruptedException {
        if (!GroupJobs.isHeterogeneous(order)) {
            return Optional.empty();
        }
        try {
            return gateway.obstacleToHeterogeneousJobs();
        } catch (SlurmUnavailableException e) {
            LOG.warn("whether heterogeneous jobs start on this cluster is not known: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private static JobLogs reserveLogs(DispatchOrder order) throws DispatchUnavailableException {
        try {
            return JobLogs.reserve(order.logDirectory(), order.benchmarkId());
        } catch (IOException e) {
            throw new DispatchUnavailableException(
                    "log files cannot be made in " + order.logDirectory() + ": " + e.getMessage()
                            + "; free disk space or correct the permissions",
                    e);
        }
    }

    private DispatchedJob place(DispatchOrder order, JobScript script, JobLogs logs)
            throws DispatchRefusedException, DispatchUnavailableException, InterruptedException {
        List<String> paths = List.of(logs.output().toString(), logs.error().toString());
        return switch (submitter.submit(script.submission())) {
            case Placement.Placed placed -> {
                placed.messages().forEach(words -> LOG.warn("job {}: Slurm says: {}", placed.id(), words));
                yield follow(placed.id(), order, paths);
            }
            case Placement.Refused(Refusal refusal) -> {
                if (script.submission().isHeterogeneous()) {
                    // 26.05 refuses the job for one component and leaves another of them in the queue.
                    poller.cancelWhenSeen(script.options().name());
                    poller.cancelWhenSeen(
                            JobScriptBuilder.nameOfServers(script.options().name()));
                }
                throw new DispatchRefusedException(field(refusal.kind()), "Slurm refused the job: " + refusal);
            }
            case Placement.Unreachable(String words) ->
                throw new DispatchUnavailableException("Slurm is unavailable, so no job was submitted: " + words
                        + "; try again when 'scontrol ping' reports that the controller is up");
            case Placement.Unresolved(String jobName, String words) -> {
                files.markUnresolved(jobName);
                poller.cancelWhenSeen(jobName);
                throw new DispatchUnavailableException("Slurm stopped answering while the job was submitted: " + words
                        + "; if a job named " + jobName + " appears within "
                        + SlurmPoller.STRAY_WATCH.toMinutes() + " minutes, it is cancelled; try again later");
            }
        };
    }

    /** The member of the group's request that decides on what was refused. */
    private static @Nullable String field(Refusal.Kind kind) {
        return switch (kind) {
            case PARTITION -> "partition";
            case ACCOUNT, ACCOUNTING_POLICY -> "account";
            case QOS -> "qos";
            case NODE_COUNT -> "num_clients";
            case TIME_LIMIT -> "time_limit";
            case GENERIC_RESOURCE, CONSTRAINT, CPUS, MEMORY, NODE_LIST, RESERVATION, LICENSE -> "profile";
            case SCRIPT, OPTION -> "template";
            case DEPENDENCY, SUBMIT_LIMIT, PERMISSION, SUBMISSIONS_DISABLED, CLUSTER, TRY_AGAIN, OTHER -> null;
        };
    }

    private DispatchedJob follow(JobId id, DispatchOrder order, List<String> logPaths) throws InterruptedException {
        followed.put(id, new FollowedJob(order, logPaths));
        poller.track(id, GroupJobs.nameOf(order), order.createdAt());
        cluster.learn();
        return new DispatchedJob(id.toString(), logPaths);
    }

    @Override
    public Optional<DispatchedJob> adopt(DispatchOrder order)
            throws DispatchUnavailableException, InterruptedException {
        String jobName = GroupJobs.nameOf(order);
        List<String> logPaths;
        try {
            logPaths = files.logsOf(jobName);
        } catch (IOException e) {
            throw new DispatchUnavailableException("the stored data of job " + jobName + " cannot be read: " + e, e);
        }
        String known = order.jobId();
        if (known != null) {
            JobId id = parse(known)
                    .orElseThrow(() -> new DispatchUnavailableException("job " + known
                            + " is not a Slurm job: start the service with the dispatcher that it was created with"));
            return Optional.of(follow(id, order, logPaths));
        }
        Optional<Placement> found = submitter.find(jobName, order.createdAt());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        return switch (found.get()) {
            case Placement.Placed placed -> Optional.of(follow(placed.id(), order, logPaths));
            case Placement.Unresolved(String unresolved, String words) ->
                throw new DispatchUnavailableException("job " + unresolved + ": " + words);
            case Placement.Refused(Refusal refusal) -> throw new DispatchUnavailableException(refusal.toString());
            case Placement.Unreachable(String words) -> throw new DispatchUnavailableException(words);
        };
    }

    @Override
    public Map<String, JobStatus> states(Collection<String> jobIds) {
        Map<String, JobStatus> states = new HashMap<>();
        for (String jobId : jobIds) {
            parse(jobId).flatMap(this::status).ifPresent(status -> states.put(jobId, status));
        }
        return states;
    }

    @Override
    public boolean isKnownSince(String jobId, Instant moment) {
        Optional<WatchedJob> job = parse(jobId).flatMap(poller::job);
        boolean known = job.isEmpty()
                || job.get().hasEnded()
                || (!job.get().isStale() && job.get().observedAt().isAfter(moment));
        if (!known && !poller.polledAt().isAfter(moment)) {
            poller.hurry();
        }
        return known;
    }

    private Optional<JobStatus> status(JobId id) {
        FollowedJob remembered = followed.get(id);
        return remembered == null ? Optional.empty() : poller.job(id).map(job -> JobStatusReader.read(job, remembered));
    }

    @Override
    public Optional<JobProvenance> provenance(String jobId) {
        return parse(jobId)
                .flatMap(this::status)
                .map(status -> new JobProvenance(
                        cluster.name(), cluster.version(), jobId, status.nodes(), status.startedAt()));
    }

    @Override
    public boolean awaitEnd(String jobId, Duration longest) throws InterruptedException {
        Optional<JobId> id = parse(jobId);
        Instant deadline = clock.now().plus(longest);
        while (true) {
            poller.refresh(END_CHECK_INTERVAL);
            Optional<WatchedJob> job = id.flatMap(poller::job);
            if (job.isEmpty() || job.get().hasEnded()) {
                return job.isPresent();
            }
            boolean hasNoProcesses = job.get().phase() == JobState.Phase.WAITING;
            if (hasNoProcesses || !clock.now().isBefore(deadline)) {
                return false;
            }
            clock.pause(END_CHECK_INTERVAL);
        }
    }

    @Override
    public JobStatus cancelAndConfirm(String jobId) throws DispatchUnavailableException, InterruptedException {
        if (parse(jobId).isEmpty()) {
            throw new DispatchUnavailableException("job " + jobId
                    + " is not a job of Slurm: start the service with the dispatcher that its group was created with");
        }
        JobId id = parse(jobId)
                .filter(followed::containsKey)
                .orElseThrow(() -> new DispatchUnavailableException(
                        "job " + jobId + " is not monitored by this service; cancel it with: scancel " + jobId));
        try {
            WatchedJob ended = stopper.stop(id, FLUSH);
            return status(id)
                    .orElseThrow(() -> new DispatchUnavailableException(
                            "job " + id + " ended as " + ended.stateWords() + " and was removed meanwhile"));
        } catch (JobNotStoppedException e) {
            throw new DispatchUnavailableException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void forget(String jobId) {
        parse(jobId).ifPresent(id -> {
            poller.untrack(id);
            followed.remove(id);
        });
    }

    private static Optional<JobId> parse(String jobId) {
        try {
            return Optional.of(JobId.parse(jobId));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        PollerThread running = thread;
        if (running != null) {
            running.close();
        }
    }

    /**
     * Clients that end within the grace period of a preemption make a job FAILED; only the controller's details contain
     * the cause.
     */
    private void askForPreemption(JobId id) {
        FollowedJob job = followed.get(id);
        try {
            Optional<JobDetails> details = gateway.details(id);
            String preempted = details.map(known -> known.field("PreemptTime")).orElse("None");
            if (job != null && !preempted.equals("None")) {
                job.markPreempted();
            }
        } catch (SlurmUnavailableException e) {
            LOG.warn("job {}: cannot determine whether it was preempted: {}", id, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** For those who want to know afterwards what Slurm said when. */
    private final class ChangeLog implements PollerListener {
        @Override
        public void changed(WatchedJob before, WatchedJob after) {
            if (before.state() != after.state() || before.restarts() != after.restarts()) {
                LOG.info("job {}: {}, {}", after.id(), after.stateWords(), after.reason());
            }
            if (after.hasEnded() && JobStatusReader.endedByTerm(after)) {
                askForPreemption(after.id());
            }
            if (!before.isStale() && after.isStale()) {
                LOG.warn("job {}: {}", after.id(), after.staleBecause());
            }
        }
    }
}
