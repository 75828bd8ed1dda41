package aifactory.service.dispatch.local;

import aifactory.service.dispatch.ClientDispatcher;
import aifactory.service.dispatch.DispatchOrder;
import aifactory.service.dispatch.DispatchRefusedException;
import aifactory.service.dispatch.DispatchUnavailableException;
import aifactory.service.dispatch.DispatchedJob;
import aifactory.service.dispatch.InvalidOrderException;
import aifactory.service.dispatch.JobInsight;
import aifactory.service.dispatch.JobProvenance;
import aifactory.service.dispatch.JobStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the processes of jobs on this machine: the clients themselves, for a laptop, a demonstration, tests, or the
 * commands that start them on the nodes of an allocation. They survive the end of the service and are adopted by the
 * next process. Thread-safe.
 */
public final class LocalDispatcher implements ClientDispatcher {
    /** More clients than this on one machine measure each other. */
    public static final int MOST_CLIENTS = 256;

    private static final Logger LOG = LoggerFactory.getLogger(LocalDispatcher.class);
    private static final Duration IDENTITY_WAIT = Duration.ofSeconds(10);

    private final JobProcesses kind;
    private final Path directory;
    private final InstantSource instants;
    private final Duration terminationGrace;
    private final LinuxProcesses processes = new LinuxProcesses();
    private final Map<String, RunningJob> jobs = new ConcurrentHashMap<>();

    /**
     * @param directory where jobs are remembered; local to this machine
     * @param terminationGrace how long a process may take to end after SIGTERM, before SIGKILL
     */
    public LocalDispatcher(JobProcesses kind, Path directory, InstantSource instants, Duration terminationGrace) {
        this.kind = kind;
        this.directory = directory;
        this.instants = instants;
        this.terminationGrace = terminationGrace;
    }

    /** A dispatcher that remembers its jobs in the service's data directory. */
    public static LocalDispatcher onThisMachine(
            ClientCommandLine clients, ServerCommandLine servers, Path dataDirectory) {
        return of(new ClientsOnThisMachine(clients, servers, AvailableMemory.ofThisMachine()), dataDirectory);
    }

    /** A dispatcher that remembers its jobs in the service's data directory. */
    public static LocalDispatcher of(JobProcesses kind, Path dataDirectory) {
        return new LocalDispatcher(
                kind, dataDirectory.resolve(kind.name() + "-jobs"), InstantSource.system(), Duration.ofSeconds(10));
    }

    @Override
    public String name() {
        return kind.name();
    }

    @Override
    public DispatchedJob submit(DispatchOrder order)
            throws InvalidOrderException, DispatchRefusedException, DispatchUnavailableException, InterruptedException {
        kind.check(order);
        return start(order);
    }

    @Override
    public String preview(DispatchOrder order) throws InvalidOrderException {
        kind.check(order);
        return kind.preview(order);
    }

    private DispatchedJob start(DispatchOrder order)
            throws InvalidOrderException, DispatchRefusedException, DispatchUnavailableException, InterruptedException {
        Path jobDirectory = directory.resolve(order.token());
        try {
            Files.createDirectories(jobDirectory);
            LogFiles logs = LogFiles.create(order.logDirectory(), order.benchmarkId());
            long now = instants.millis();
            LocalJob job = new LocalJob(
                    jobId(order),
                    order.benchmarkId(),
                    kind.count(order),
                    false,
                    now,
                    now + order.timeLimit().toMillis(),
                    logs.paths());
            job.write(jobDirectory);
            RunningJob running = new RunningJob(job, jobDirectory, processes, ending(order), instants);
            launch(order, job, running, logs);
            jobs.put(job.jobId(), running);
            return new DispatchedJob(job.jobId(), job.logPaths());
        } catch (IOException e) {
            throw new DispatchUnavailableException(
                    "cannot keep files of the job in " + jobDirectory + " and " + order.logDirectory() + ": "
                            + e.getMessage() + "; free disk space or correct the permissions",
                    e);
        }
    }

    private void launch(DispatchOrder order, LocalJob job, RunningJob running, LogFiles logs)
            throws InvalidOrderException, DispatchRefusedException, DispatchUnavailableException, InterruptedException,
                    IOException {
        String program = "";
        try {
            for (int number = 0; number < job.processes(); number++) {
                List<String> command = kind.command(order, number);
                program = command.getFirst();
                if (!Files.isExecutable(Path.of(program))) {
                    throw new IOException("not an executable file");
                }
                processes.start(new LaunchOrder(
                        command,
                        environment(order, number),
                        logs.output(),
                        logs.error(),
                        LocalJob.identityFile(running.directory(), number)));
            }
            running.awaitIdentities(IDENTITY_WAIT);
            job.withLaunched().write(running.directory());
        } catch (IOException | InvalidOrderException | DispatchUnavailableException | InterruptedException e) {
            running.endAll();
            delete(running.directory());
            if (e instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            if (e instanceof InvalidOrderException invalid) {
                throw invalid;
            }
            if (e instanceof DispatchUnavailableException unavailable) {
                throw unavailable;
            }
            throw new DispatchRefusedException(
                    null, "client processes cannot be started with '" + program + "': " + e.getMessage());
        }
    }

    private Map<String, String> environment(DispatchOrder order, int number) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("BENCHMARK_ID", Long.toString(order.benchmarkId()));
        environment.put("CLIENT_SERVICE_ADDR", order.clientServiceAddress().toString());
        if (!order.aiServers().isEmpty()) {
            environment.put("AI_SERVER_ADDR", order.aiServers().getFirst().toString());
        }
        environment.put("AIFACTORY_GROUP_SECRET_FILE", order.secretFile().toString());
        environment.put("AIFACTORY_NUM_CLIENTS", Integer.toString(order.numClients()));
        environment.put("AIFACTORY_JOB_ID", jobId(order));
        environment.putAll(kind.environment(order, number));
        return environment;
    }

    /** Servers have a separate grace period. */
    private RunningJob.Ending ending(DispatchOrder order) {
        Duration ofServers =
                order.server() == null ? Duration.ZERO : order.server().longestEnd();
        return new RunningJob.Ending(
                kind, order.token(), ofServers.compareTo(terminationGrace) > 0 ? ofServers : terminationGrace);
    }

    private String jobId(DispatchOrder order) {
        return kind.name() + "-" + order.token();
    }

    @Override
    public Optional<DispatchedJob> adopt(DispatchOrder order)
            throws DispatchUnavailableException, InterruptedException {
        String known = order.jobId();
        if (known != null && !known.equals(jobId(order))) {
            throw new DispatchUnavailableException("job " + known
                    + " is not on this machine: start the service with the dispatcher that it was created with");
        }
        Path jobDirectory = directory.resolve(order.token());
        try {
            Optional<LocalJob> job = LocalJob.read(jobDirectory);
            if (job.isEmpty()) {
                return Optional.empty();
            }
            RunningJob running = new RunningJob(job.get(), jobDirectory, processes, ending(order), instants);
            running.readIdentities();
            if (!job.get().launched()) {
                LOG.warn(
                        "Ending the processes of {}, whose start was interrupted",
                        job.get().jobId());
                running.endAll();
                delete(jobDirectory);
                return Optional.empty();
            }
            jobs.put(job.get().jobId(), running);
            return Optional.of(new DispatchedJob(job.get().jobId(), job.get().logPaths()));
        } catch (IOException e) {
            throw new DispatchUnavailableException(
                    "cannot read the stored job in " + jobDirectory + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Map<String, JobStatus> states(Collection<String> jobIds) {
        Map<String, JobStatus> states = new HashMap<>();
        for (String jobId : jobIds) {
            RunningJob job = jobs.get(jobId);
            if (job != null) {
                states.put(jobId, job.watch());
            }
        }
        return states;
    }

    @Override
    public boolean awaitEnd(String jobId, Duration longest) throws InterruptedException {
        RunningJob job = jobs.get(jobId);
        return job == null ? isOwn(jobId) : job.awaitEnd(longest);
    }

    @Override
    public Optional<JobProvenance> provenance(String jobId) {
        return kind.provenance();
    }

    @Override
    public void forget(String jobId) {
        RunningJob job = jobs.remove(jobId);
        if (job != null && job.hasEnded()) {
            delete(job.directory());
        }
    }

    @Override
    public JobStatus cancelAndConfirm(String jobId) throws DispatchUnavailableException, InterruptedException {
        RunningJob job = jobs.get(jobId);
        if (job == null && !isOwn(jobId)) {
            throw foreign(jobId);
        }
        if (job == null) {
            return new JobStatus(
                    JobStatus.Phase.CANCELLED, "GONE", null, null, null, List.of(), java.util.Set.of(), 0, false);
        }
        job.markCancelled();
        if (!job.endAll()) {
            throw new DispatchUnavailableException("processes of " + jobId + " did not end after SIGKILL: pids "
                    + job.alivePids() + "; they hang in the kernel, inspect them with ps");
        }
        return job.watch();
    }

    @Override
    public JobInsight insight() {
        return new LocalInsight(this);
    }

    /** Whether the job is one of this dispatcher's, which the form of its id tells. */
    boolean isOwn(String jobId) {
        return jobId.startsWith(kind.name() + "-");
    }

    private DispatchUnavailableException foreign(String jobId) {
        return new DispatchUnavailableException("job " + jobId + " was not started by the dispatcher '" + name()
                + "': start the service with the dispatcher that its group was created with");
    }

    /** A job that was dispatched or adopted and is not forgotten. */
    Optional<RunningJob> job(String jobId) {
        return Optional.ofNullable(jobs.get(jobId));
    }

    @Override
    public void close() {
        jobs.clear();
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("Cannot delete {}: {}", directory, e.getMessage());
        }
    }
}
