package aifactory.server.process;

import aifactory.measurement.MonotonicClock;
import aifactory.node.waiting.Signal;
import aifactory.protocol.ServerFailure;
import aifactory.protocol.ServerFailure.Cause;
import aifactory.protocol.ServerSpecification;
import aifactory.protocol.ServerState;
import aifactory.server.readiness.ReadinessProbe;
import aifactory.server.readiness.ReadinessWatch;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server from its start to its end, on a separate thread. Its state may be read from any thread.
 *
 * <p>The end of a server is a failure unless it was ordered; a server that ends by the signal that ends this process
 * too is given the moment until that signal is known here.
 */
public final class RunningServer {
    private static final Logger LOG = LoggerFactory.getLogger(RunningServer.class);
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(250);
    private static final Duration TOGETHER = Duration.ofMillis(500);
    private static final Duration KILL_WAIT = Duration.ofSeconds(10);
    /** For workers whose server has ended: there is nothing that they could finish. */
    private static final Duration WORKERS_GRACE = Duration.ofSeconds(5);

    private static final int TOLD_LINES = 15;

    private final int generation;
    private final ServerSpecification specification;
    private final ServerPlace place;
    private final ServerLauncher launcher;
    private final ServerLog log;
    private final MonotonicClock clock;
    private final InstantSource instants;
    private final Runnable changed;
    private final Signal stop = new Signal();
    private final List<String> command;
    private final Thread thread;
    private volatile ServerState state = ServerState.STARTING;
    private volatile @Nullable ServerFailure failure;
    private volatile @Nullable Double readyAfterSeconds;
    private volatile boolean open;

    private RunningServer(
            int generation,
            ServerSpecification specification,
            ServerPlace place,
            ServerLauncher launcher,
            ServerLog log,
            MonotonicClock clock,
            InstantSource instants,
            Runnable changed) {
        this.generation = generation;
        this.specification = specification;
        this.place = place;
        this.launcher = launcher;
        this.log = log;
        this.clock = clock;
        this.instants = instants;
        this.changed = changed;
        this.command = launcher.command(specification, place);
        this.thread = Thread.ofPlatform().name("server-" + generation).unstarted(this::live);
    }

    /**
     * Starts a server; returns at once.
     *
     * @param changed is run whenever there is something new to tell
     */
    public static RunningServer start(
            int generation,
            ServerSpecification specification,
            ServerPlace place,
            ServerLauncher launcher,
            ServerLog log,
            MonotonicClock clock,
            InstantSource instants,
            Runnable changed) {
        RunningServer server =
                new RunningServer(generation, specification, place, launcher, log, clock, instants, changed);
        server.open = true;
        server.thread.start();
        return server;
    }

    public int generation() {
        return generation;
    }

    public ServerState state() {
        return state;
    }

    public @Nullable ServerFailure failure() {
        return failure;
    }

    public @Nullable Double readyAfterSeconds() {
        return readyAfterSeconds;
    }

    public List<String> command() {
        return command;
    }

    /** {@code http://HOST:PORT} of the server, if it is the one of its replica that answers. */
    public @Nullable String address() {
        return answers() ? "http://" + bracketed() + ":" + place.port(specification) : null;
    }

    private String bracketed() {
        return place.host().contains(":") ? "[" + place.host() + "]" : place.host();
    }

    private boolean answers() {
        return specification.rankOf(place.number()) == 0;
    }

    private void live() {
        try {
            Optional<ServerFailure> obstacle = obstacle();
            if (obstacle.isPresent()) {
                fail(obstacle.get());
                return;
            }
            log.begin("generation " + generation + " starts: " + String.join(" ", command));
            long startNanos = clock.nanoTime();
            Process process = launcher.start(specification, place);
            Thread copy = Thread.ofPlatform().daemon().name("server-log").start(() -> copyOutput(process));
            watchOver(process, startNanos, copy);
        } catch (IOException e) {
            fail(new ServerFailure(
                    Cause.COMMAND_NOT_FOUND,
                    "its command cannot be started on this node: " + e.getMessage()
                            + "; check the first word of server.command",
                    null,
                    List.of(),
                    instants.millis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("monitoring the server failed; this is a defect of the program", e);
            fail(failure(Cause.ENDED, "it could not be monitored any longer, a defect of this program: " + e, null));
        } finally {
            open = false;
            changed.run();
        }
    }

    /** In any case, the server does not outlive the thread that monitors it. */
    private void watchOver(Process process, long startNanos, Thread copy) throws InterruptedException {
        ProcessTree tree = new ProcessTree(process, clock);
        try {
            watch(process, tree, startNanos, copy);
        } catch (RuntimeException e) {
            tree.end(specification.stopGrace(), KILL_WAIT);
            throw e;
        }
    }

    /** Problems that are detected before anything is started. */
    private Optional<ServerFailure> obstacle() {
        if (specification.container() != null) {
            if (!launcher.knows("apptainer")) {
                return Optional.of(failure(
                        Cause.COMMAND_NOT_FOUND,
                        "there is no apptainer in the PATH of this node, which server.container needs: have the job"
                                + " load its module, or use nodes that have it",
                        null));
            }
            Optional<String> problem = ImageCheck.problem(specification.container());
            if (problem.isPresent()) {
                return Optional.of(failure(Cause.IMAGE_UNUSABLE, problem.get(), null));
            }
        }
        int port = place.port(specification);
        try (ServerSocket _ = new ServerSocket(port)) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(failure(
                    Cause.PORT_TAKEN,
                    "port " + port
                            + " is used on this node already, by another process: choose another with server.port",
                    null));
        }
    }

    private void copyOutput(Process process) {
        try {
            log.copy(process.getInputStream());
        } catch (IOException e) {
            LOG.debug("the server's output ended: {}", e.getMessage());
        }
    }

    private void watch(Process process, ProcessTree tree, long startNanos, Thread copy) throws InterruptedException {
        try (ReadinessWatch readiness = new ReadinessWatch(new ReadinessProbe(
                place.host(),
                place.port(specification),
                specification.healthPath(),
                specification.warmupRequests(),
                specification.environment()))) {
            if (answers()) {
                readiness.start();
            }
            while (!stop.isRaised() && process.isAlive()) {
                if (state == ServerState.STARTING && !lookWhetherReady(readiness, startNanos)) {
                    tree.end(specification.stopGrace(), KILL_WAIT);
                    return;
                }
                boolean _ = stop.await(LOOK_INTERVAL);
            }
        }
        if (stop.isRaised()) {
            end(tree);
        } else {
            ended(process, tree, copy);
        }
    }

    /** Whether there is still hope. */
    private boolean lookWhetherReady(ReadinessWatch readiness, long startNanos) {
        double seconds = (clock.nanoTime() - startNanos) / 1e9;
        if (!answers() || readiness.isReady()) {
            readyAfterSeconds = seconds;
            log.note("ready after " + Math.round(seconds * 10) / 10.0 + " s");
            become(ServerState.READY);
        } else if (seconds > specification.readySeconds()) {
            fail(failure(
                    readiness.isHealthy() ? Cause.WRONG_ANSWER : Cause.NO_ANSWER_IN_TIME,
                    "it was not ready within " + specification.readySeconds() + " s (server.ready_timeout): "
                            + readiness.waitsFor(),
                    null));
            return false;
        }
        return true;
    }

    private void ended(Process process, ProcessTree tree, Thread copy) throws InterruptedException {
        copy.join(TimeUnit.SECONDS.toMillis(2));
        if (stop.await(TOGETHER)) {
            endWorkers(tree);
            become(ServerState.STOPPED);
            return;
        }
        int exitCode = process.exitValue();
        FailureCauses.Conclusion conclusion = FailureCauses.of(exitCode, log.lastLines(200), readyAfterSeconds != null);
        fail(failure(conclusion.cause(), conclusion.message(), exitCode));
        endWorkers(tree);
    }

    private void endWorkers(ProcessTree tree) throws InterruptedException {
        List<ProcessHandle> left = tree.left();
        if (!left.isEmpty()) {
            log.note("ending what the server has left behind: "
                    + left.stream().map(handle -> "process " + handle.pid()).collect(Collectors.joining(", ")));
            boolean gone = tree.endWorkers(WORKERS_GRACE, KILL_WAIT);
            log.note(gone ? "all its processes have ended" : "some processes did not end, even after SIGKILL");
        }
    }

    private void end(ProcessTree tree) throws InterruptedException {
        become(ServerState.STOPPING);
        boolean gone = tree.end(specification.stopGrace(), KILL_WAIT);
        log.note(gone ? "stopped" : "did not end, even after SIGKILL");
        become(ServerState.STOPPED);
    }

    /** The longest time from the order to stop to the report of the end. */
    public Duration longestEnd() {
        return specification.longestEnd();
    }

    private ServerFailure failure(Cause cause, String message, @Nullable Integer exitCode) {
        return new ServerFailure(cause, message, exitCode, log.lastLines(TOLD_LINES), instants.millis());
    }

    private void fail(ServerFailure why) {
        failure = why;
        log.note("failed: " + why.message());
        become(ServerState.FAILED);
    }

    private void become(ServerState next) {
        state = next;
        changed.run();
    }

    /** Stops the server: SIGTERM, and SIGKILL after its grace period. Does not wait. */
    public void stop() {
        stop.raise();
    }

    /** Whether a process of it is still running. */
    public boolean isOpen() {
        return open;
    }

    /** Waits until it has ended, by order or not. */
    public void awaitEnd() throws InterruptedException {
        thread.join();
    }
}
