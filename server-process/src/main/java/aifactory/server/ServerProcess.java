package aifactory.server;

import aifactory.measurement.MonotonicClock;
import aifactory.node.NodeExitCode;
import aifactory.node.NodeProcess;
import aifactory.node.TerminationHook;
import aifactory.node.address.LocalAddress;
import aifactory.node.connection.GroupExchange;
import aifactory.node.connection.Reply;
import aifactory.node.connection.ServiceHttp;
import aifactory.node.environment.GroupSecret;
import aifactory.node.environment.JobEnvironment;
import aifactory.node.environment.NodeProblemException;
import aifactory.node.waiting.Signal;
import aifactory.protocol.ServerOrder;
import aifactory.protocol.ServerReport;
import aifactory.protocol.ServerSpecification;
import aifactory.protocol.ServerState;
import aifactory.server.power.PowerSampler;
import aifactory.server.process.RunningServer;
import aifactory.server.process.ServerLauncher;
import aifactory.server.process.ServerLog;
import aifactory.server.process.ServerPlace;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that runs next to an AI server: it reports the server's state to the service every second and executes
 * the orders in the answer. It ends when the service or the system orders it to, or when it has lost the service; the
 * server ends with it.
 */
public final class ServerProcess {
    private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);
    private static final Duration REPORT_INTERVAL = Duration.ofSeconds(1);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration REPORT_TIMEOUT = Duration.ofSeconds(10);
    /** Where there is no server: for letting go of threads and sockets. */
    private static final Duration TERMINATION_MARGIN = Duration.ofSeconds(15);

    private static final int UNKNOWN_MEMBER = 422;

    private final ServerProcessConfiguration configuration;
    private final Map<String, String> environment;
    private final MonotonicClock clock;
    private final InstantSource instants;
    private final String instance;
    private final Signal terminated = new Signal();
    private boolean powerAccepted = true;
    private final Semaphore news = new Semaphore(0);
    /** Asked by the thread that ends the process too. */
    private volatile @Nullable RunningServer server;

    private ServerProcess(
            ServerProcessConfiguration configuration,
            Map<String, String> environment,
            MonotonicClock clock,
            InstantSource instants) {
        this.configuration = configuration;
        this.environment = Map.copyOf(environment);
        this.clock = clock;
        this.instants = instants;
        this.instance = UUID.randomUUID().toString();
    }

    /**
     * Runs until the end; blocks the caller. What went wrong is logged as one line of level error.
     *
     * @param environment the variables of the process
     * @return one of {@link NodeExitCode}
     */
    public static int run(
            ServerProcessConfiguration configuration,
            Map<String, String> environment,
            MonotonicClock clock,
            InstantSource instants,
            TerminationHook terminationHook) {
        ServerProcess process = new ServerProcess(configuration, environment, clock, instants);
        return NodeProcess.run(
                "server", process::runUntilEnd, process::terminate, process::longestEnd, terminationHook);
    }

    /** The server is stopped at once: the reporting thread may be waiting for a service that does not answer. */
    private void terminate() {
        terminated.raise();
        RunningServer running = server;
        if (running != null) {
            running.stop();
        }
        news.release();
    }

    private int runUntilEnd() throws NodeProblemException, InterruptedException {
        JobEnvironment job = JobEnvironment.of(environment);
        Integer number = job.processNumber();
        if (number == null) {
            throw new NodeProblemException(
                    "neither AIFACTORY_PROCESS_NUMBER nor SLURM_PROCID is set: this program is started by a group's"
                            + " job");
        }
        Path secretFile = job.secretFile();
        GroupSecret secret = secretFile == null ? null : GroupSecret.read(secretFile);
        if (secret != null) {
            secret.check(configuration.services());
        }
        InetAddress local = LocalAddress.find(
                configuration.services(), configuration.interfaceName(), configuration.address(), CONNECT_TIMEOUT);
        try (ServerLog log = openLog(number);
                PowerSampler.Samplers power = PowerSampler.start(clock);
                ServiceHttp http = new ServiceHttp(clock, secret, CONNECT_TIMEOUT)) {
            GroupExchange exchange = new GroupExchange(http, configuration.services(), configuration.benchmarkId());
            return serve(number, job, local.getHostAddress(), log, exchange, power);
        } finally {
            endServer();
        }
    }

    private ServerLog openLog(int number) throws NodeProblemException {
        Path file =
                configuration.logDirectory().resolve("server_" + configuration.benchmarkId() + "_" + number + ".log");
        try {
            // The log of an earlier group of the same id is obsolete.
            Files.deleteIfExists(file);
            Files.deleteIfExists(ServerLog.earlier(file));
            return ServerLog.open(file);
        } catch (IOException e) {
            throw new NodeProblemException("the log " + file + " cannot be written: " + e.getMessage()
                    + "; free disk space or correct the permissions");
        }
    }

    /** Slurm may kill what is left earlier, after its KillWait. */
    private Duration longestEnd() {
        RunningServer running = server;
        return running == null ? TERMINATION_MARGIN : running.longestEnd();
    }

    /**
     * Reports and does what is ordered, until there is a reason to end and the server has ended; the reason as an exit
     * code.
     */
    private int serve(
            int number,
            JobEnvironment job,
            String host,
            ServerLog log,
            GroupExchange exchange,
            PowerSampler.Samplers power)
            throws InterruptedException {
        ServerLauncher launcher = new ServerLauncher(environment);
        long heardNanos = clock.nanoTime();
        String lastProblem = "";
        Integer ending = null;
        while (true) {
            Reply<ServerOrder> reply = exchange.post(
                    "servers/" + number, report(job, host, log, power), ServerOrder.class, REPORT_TIMEOUT);
            switch (reply) {
                case Reply.Accepted<ServerOrder>(ServerOrder order) -> {
                    heardNanos = clock.nanoTime();
                    lastProblem = "";
                    if (order.specification() == null) {
                        ending = ending == null ? NodeExitCode.DONE : ending;
                    } else if (ending == null && !terminated.isRaised()) {
                        carryOut(order, order.specification(), number, host, log, launcher);
                    }
                }
                case Reply.Refused<ServerOrder> refused
                when powerAccepted && refused.status() == UNKNOWN_MEMBER -> {
                    // A service of an earlier version does not know this member; it takes the next report.
                    powerAccepted = false;
                    heardNanos = clock.nanoTime();
                }
                case Reply.Refused<ServerOrder> refused -> {
                    LOG.error("the service refuses this server process: {} {}", refused.status(), refused.detail());
                    return NodeExitCode.REFUSED;
                }
                case Reply.Unavailable<ServerOrder> unavailable -> {
                    if (!unavailable.reason().equals(lastProblem)) {
                        lastProblem = unavailable.reason();
                        LOG.warn("cannot report to the service: {}; the server continues to run", lastProblem);
                    }
                    if (ending == null && isLost(heardNanos)) {
                        ending = NodeExitCode.SERVICE_UNAVAILABLE;
                    }
                }
            }
            ending = terminated.isRaised() ? Integer.valueOf(NodeExitCode.TERMINATED) : ending;
            if (ending != null && hasEnded()) {
                if (reply instanceof Reply.Accepted<ServerOrder>) {
                    exchange.post(
                            "servers/" + number, report(job, host, log, power), ServerOrder.class, REPORT_TIMEOUT);
                }
                return ending;
            }
            boolean _ = news.tryAcquire(REPORT_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
            news.drainPermits();
        }
    }

    private boolean isLost(long heardNanos) {
        Duration longest = configuration.serviceLostTimeout();
        boolean lost = clock.nanoTime() - heardNanos > longest.toNanos();
        if (lost) {
            LOG.error("no contact to the service for {} s; ending", longest.toSeconds());
        }
        return lost;
    }

    /**
     * Replaces the server. A running one is stopped first, and reported on until it has ended: that may take minutes.
     */
    private void carryOut(
            ServerOrder order,
            ServerSpecification specification,
            int number,
            String host,
            ServerLog log,
            ServerLauncher launcher) {
        RunningServer running = server;
        if (running != null && running.generation() == order.generation()) {
            return;
        }
        boolean needsHead = specification.rankOf(number) > 0;
        if (!hasEnded() || (needsHead && order.headAddress() == null)) {
            return;
        }
        ServerPlace place = new ServerPlace(number, placeOnNode(number), host, order.headAddress());
        server = RunningServer.start(
                order.generation(), specification, place, launcher, log, clock, instants, news::release);
    }

    /** Orders the server to stop, if there is one; returns whether no server is left. */
    private boolean hasEnded() {
        RunningServer running = server;
        if (running == null) {
            return true;
        }
        running.stop();
        return !running.isOpen();
    }

    /** Slurm numbers the processes of a node; elsewhere all of them share one machine. */
    private int placeOnNode(int number) {
        String local = environment.get("SLURM_LOCALID");
        boolean ofSlurm =
                local != null && local.matches("\\d{1,4}") && environment.get("AIFACTORY_PROCESS_NUMBER") == null;
        return ofSlurm ? Integer.parseInt(local) : number;
    }

    private void endServer() throws InterruptedException {
        RunningServer running = server;
        if (running != null) {
            running.stop();
            running.awaitEnd();
        }
    }

    private ServerReport report(JobEnvironment job, String host, ServerLog log, PowerSampler.Samplers power) {
        RunningServer running = server;
        return new ServerReport(
                instance,
                running == null ? 0 : running.generation(),
                running == null ? ServerState.WAITING : running.state(),
                job.jobId(),
                job.node(),
                host,
                running == null ? null : running.address(),
                running == null ? List.of() : running.command(),
                log.file().toString(),
                running == null ? null : running.readyAfterSeconds(),
                running == null ? null : running.failure(),
                powerAccepted ? power.report() : null);
    }
}
