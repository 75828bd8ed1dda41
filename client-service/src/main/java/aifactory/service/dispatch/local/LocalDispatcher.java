package aifactory.service.dispatch.local;

import aifactory.service.dispatch.DispatchOrder;
import aifactory.service.dispatch.DispatchRefusedException;
import aifactory.service.dispatch.DispatchUnavailableException;
import aifactory.service.dispatch.DispatchedJob;
import aifactory.service.dispatch.GroupDispatcher;
import aifactory.service.dispatch.InvalidOrderException;
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
 * Starts client processes on this machine: for a laptop, a demonstration, tests. They survive the end of the service and are taken up
 * again by the next one. Partition, account and the like mean nothing here. Thread-safe.
 */
public final class LocalDispatcher implements GroupDispatcher {
    /** More clients than this on one machine measure each other. */
    public static final int MOST_CLIENTS = 256;

    private static final Logger LOG = LoggerFactory.getLogger(LocalDispatcher.class);
    private static final Duration IDENTITY_WAIT = Duration.ofSeconds(10);

    private final ClientCommandLine commandLine;
    private final Path directory;
    private final InstantSource instants;
    private final Duration terminationGrace;
    private final LinuxProcesses processes = new LinuxProcesses();
    private final Map<String, RunningJob> jobs = new ConcurrentHashMap<>();

    /**
     * @param directory where jobs are remembered; local to this machine
     * @param terminationGrace how long a process may take to end after SIGTERM, before SIGKILL
     */
    public LocalDispatcher(
            ClientCommandLine commandLine, Path directory, InstantSource instants, Duration terminationGrace) {
        this.commandLine = commandLine;
        this.directory = directory;
        this.instants = instants;
        this.terminationGrace = terminationGrace;
    }

    /** A dispatcher that remembers its jobs in the service's data directory. */
    public static LocalDispatcher onThisMachine(ClientCommandLine commandLine, Path dataDirectory) {
        return new LocalDispatcher(
                commandLine, dataDirectory.resolve("local-jobs"), InstantSource.system(), Duration.ofSeconds(10));
    }

    @Override
    public String name() {
        return "local";
    }

    @Override
    public DispatchedJob submit(DispatchOrder order)
            throws InvalidOrderException, DispatchRefusedException, DispatchUnavailableException, InterruptedException {
        check(order);
        return start(order);
    }

    @Override
    public String preview(DispatchOrder order) throws InvalidOrderException {
        check(order);
        return "# " + order.numClients() + " times on this machine:\n" + String.join(" ", commandOf(order, 0)) + "\n";
    }

    private static void check(DispatchOrder order) throws InvalidOrderException {
        if (order.numClients() > MOST_CLIENTS) {
            throw new InvalidOrderException(
                    "num_clients",
                    order.numClients() + " client processes on one machine; the local dispatcher starts at most "
                            + MOST_CLIENTS + ": use fewer, or a cluster");
        }
    }

    private DispatchedJob start(DispatchOrder order)
            throws DispatchRefusedException, DispatchUnavailableException, InterruptedException {
        Path jobDirectory = directory.resolve(order.token());
        try {
            Files.createDirectories(jobDirectory);
            LogFiles logs = LogFiles.create(order.logDirectory(), order.benchmarkId());
            long now = instants.millis();
            LocalJob job = new LocalJob(
                    jobId(order),
                    order.benchmarkId(),
                    order.numClients(),
                    false,
                    now,
                    now + order.timeLimit().toMillis(),
                    logs.paths());
            job.write(jobDirectory);
            RunningJob running = new RunningJob(job, jobDirectory, processes, instants, terminationGrace);
            launch(order, job, running, logs);
            jobs.put(job.jobId(), running);
            return new DispatchedJob(job.jobId(), job.logPaths());
        } catch (IOException e) {
            throw new DispatchUnavailableException(
                    "cannot keep files of the job in " + jobDirectory + " and " + order.logDirectory() + ": "
                            + e.getMessage() + "; make room or correct the permissions",
                    e);
        }
    }

    private void launch(DispatchOrder order, LocalJob job, RunningJob running, LogFiles logs)
            throws DispatchRefusedException, InterruptedException, IOException {
        String program = "";
        try {
            for (int number = 0; number < order.numClients(); number++) {
                List<String> command = commandOf(order, number);
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
        } catch (IOException | InterruptedException e) {
            running.endAll();
            delete(running.directory());
            if (e instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            throw new DispatchRefusedException(
                    null, "client processes cannot be started with '" + program + "': " + e.getMessage());
        }
    }

    private List<String> commandOf(DispatchOrder order, int number) {
        return commandLine.of(new ClientCommandLine.Client(
                order.clientServiceAddress(),
                order.aiServers().getFirst(),
                order.benchmarkId(),
                number,
                Boolean.TRUE.equals(order.request().gpu())));
    }

    private static Map<String, String> environment(DispatchOrder order, int number) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("BENCHMARK_ID", Long.toString(order.benchmarkId()));
        environment.put("CLIENT_SERVICE_ADDR", order.clientServiceAddress().toString());
        environment.put("AI_SERVER_ADDR", order.aiServers().getFirst().toString());
        environment.put("AIFACTORY_GROUP_SECRET_FILE", order.secretFile().toString());
        environment.put("AIFACTORY_PROCESS_NUMBER", Integer.toString(number));
        environment.put("AIFACTORY_NUM_CLIENTS", Integer.toString(order.numClients()));
        environment.put("AIFACTORY_JOB_ID", jobId(order));
        return environment;
    }

    private static String jobId(DispatchOrder order) {
        return "local-" + order.token();
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
            RunningJob running = new RunningJob(job.get(), jobDirectory, processes, instants, terminationGrace);
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
                    "cannot read what is kept of the job in " + jobDirectory + ": " + e.getMessage(), e);
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
        return job == null || job.awaitEnd(longest);
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
        if (job == null) {
            return new JobStatus(
                    JobStatus.Phase.CANCELLED, "GONE", null, null, null, List.of(), java.util.Set.of(), 0, false);
        }
        job.markCancelled();
        if (!job.endAll()) {
            throw new DispatchUnavailableException("processes of " + jobId + " did not end after SIGKILL: pids "
                    + job.alivePids() + "; they hang in the kernel, look at them with ps");
        }
        return job.watch();
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
