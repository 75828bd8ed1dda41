package aifactory.service.dispatch.local;

import aifactory.service.dispatch.JobStatus;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The processes of one job on this machine. Thread-safe. */
final class RunningJob {
    private static final Duration KILL_WAIT = Duration.ofSeconds(10);
    private static final long IDENTITY_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final LocalJob job;
    private final Path directory;
    private final LinuxProcesses processes;
    private final InstantSource instants;
    private final Ending ending;

    @GuardedBy("this")
    private final Map<Integer, ProcessIdentity> identities = new TreeMap<>();

    @GuardedBy("this")
    private boolean cancelled;

    @GuardedBy("this")
    private boolean expired;

    @GuardedBy("this")
    private Instant killAt = Instant.MAX;

    /**
     * How its clients are brought to their end.
     *
     * @param token of its order
     * @param grace how long they may take after each signal
     */
    record Ending(JobProcesses kind, String token, Duration grace) {
        boolean ask() throws InterruptedException {
            return kind.askToEnd(token);
        }
    }

    RunningJob(LocalJob job, Path directory, LinuxProcesses processes, Ending ending, InstantSource instants) {
        this.job = job;
        this.directory = directory;
        this.processes = processes;
        this.ending = ending;
        this.instants = instants;
    }

    Path directory() {
        return directory;
    }

    /** Waits until each process has left its identity. */
    void awaitIdentities(Duration longest) throws IOException, InterruptedException {
        Instant deadline = instants.instant().plus(longest);
        while (!readIdentities()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (instants.instant().isAfter(deadline)) {
                throw new IOException("a started process did not run within " + longest.toSeconds() + " s");
            }
            LockSupport.parkNanos(IDENTITY_POLL_NANOS);
        }
    }

    /** Reads the identities that have been left; whether those are all. */
    synchronized boolean readIdentities() throws IOException {
        for (int number = 0; number < job.processes(); number++) {
            if (!identities.containsKey(number)) {
                Optional<ProcessIdentity> identity = processes.identity(LocalJob.identityFile(directory, number));
                if (identity.isPresent()) {
                    identities.put(number, identity.get());
                }
            }
        }
        return identities.size() == job.processes();
    }

    /** Since its processes were started. */
    Duration elapsed() {
        return Duration.between(Instant.ofEpochMilli(job.startedEpochMillis()), instants.instant());
    }

    synchronized void markCancelled() {
        cancelled = true;
    }

    synchronized boolean hasEnded() {
        return alive().isEmpty();
    }

    synchronized List<Long> alivePids() {
        return alive().values().stream().map(ProcessIdentity::pid).toList();
    }

    @GuardedBy("this")
    private Map<Integer, ProcessIdentity> alive() {
        Map<Integer, ProcessIdentity> alive = new TreeMap<>(identities);
        alive.values().removeIf(identity -> !processes.isAlive(identity));
        return alive;
    }

    /** Ends every process: SIGTERM, after the grace period SIGKILL. Whether all have ended. */
    boolean endAll() throws InterruptedException {
        List<ProcessIdentity> all;
        synchronized (this) {
            all = List.copyOf(identities.values());
        }
        if (!hasEnded() && ending.ask() && awaitEnds(all, ending.grace())) {
            return true;
        }
        all.forEach(processes::terminate);
        if (awaitEnds(all, ending.grace())) {
            return true;
        }
        all.forEach(processes::kill);
        return awaitEnds(all, KILL_WAIT);
    }

    /** Waits until every process has ended by itself; whether that came true. */
    boolean awaitEnd(Duration longest) throws InterruptedException {
        List<ProcessIdentity> all;
        synchronized (this) {
            all = List.copyOf(identities.values());
        }
        return awaitEnds(all, longest);
    }

    private boolean awaitEnds(List<ProcessIdentity> all, Duration longest) throws InterruptedException {
        Instant deadline = instants.instant().plus(longest);
        boolean ended = true;
        for (ProcessIdentity identity : all) {
            ended &= processes.awaitEnd(identity, Duration.between(instants.instant(), deadline));
        }
        return ended;
    }

    /**
     * The state now. Past its time limit the job is ended: SIGTERM at once, SIGKILL when asked again after the grace.
     */
    synchronized JobStatus watch() {
        Map<Integer, ProcessIdentity> alive = alive();
        Instant now = instants.instant();
        if (!alive.isEmpty() && now.toEpochMilli() >= job.endsEpochMillis()) {
            if (!expired) {
                expired = true;
                killAt = now.plus(ending.grace().multipliedBy(3));
                // The check may take a moment, and queries about the job must not wait for it.
                Thread.ofVirtual().name("expire-" + job.jobId()).start(this::expire);
            } else if (now.isAfter(killAt)) {
                alive.values().forEach(processes::kill);
            }
        }
        JobStatus.Phase phase = phase(!alive.isEmpty());
        Set<Integer> ended = new HashSet<>(identities.keySet());
        ended.removeAll(alive.keySet());
        return new JobStatus(
                phase,
                phase.name(),
                reason(phase, ended),
                Instant.ofEpochMilli(job.startedEpochMillis()),
                Instant.ofEpochMilli(job.endsEpochMillis()),
                ending.kind().nodes(),
                ended,
                0,
                false);
    }

    private void expire() {
        try {
            endAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @GuardedBy("this")
    private JobStatus.Phase phase(boolean alive) {
        if (alive) {
            return expired || cancelled ? JobStatus.Phase.ENDING : JobStatus.Phase.RUNNING;
        }
        if (cancelled) {
            return JobStatus.Phase.CANCELLED;
        }
        if (expired) {
            return JobStatus.Phase.EXPIRED;
        }
        return firstFailure().isPresent() ? JobStatus.Phase.FAILED : JobStatus.Phase.COMPLETED;
    }

    @GuardedBy("this")
    private @org.jspecify.annotations.Nullable String reason(JobStatus.Phase phase, Set<Integer> ended) {
        return switch (phase) {
            case PENDING, UNCERTAIN, ENDING, CANCELLED -> null;
            case RUNNING -> ended.isEmpty() ? null : "client processes " + ended + " have ended" + failureText();
            case COMPLETED -> "every client process has ended";
            case FAILED -> "every client process has ended" + failureText();
            case EXPIRED -> "the time limit is over";
        };
    }

    @GuardedBy("this")
    private String failureText() {
        return firstFailure()
                .map(failure -> "; process " + failure.getKey() + " with exit code " + failure.getValue() + ", see "
                        + job.logPaths().getLast())
                .orElse("");
    }

    @GuardedBy("this")
    private Optional<Map.Entry<Integer, Integer>> firstFailure() {
        for (Map.Entry<Integer, ProcessIdentity> entry : identities.entrySet()) {
            OptionalInt code = processes.exitCode(entry.getValue());
            if (code.isPresent() && code.getAsInt() != 0) {
                return Optional.of(Map.entry(entry.getKey(), code.getAsInt()));
            }
        }
        return Optional.empty();
    }
}
