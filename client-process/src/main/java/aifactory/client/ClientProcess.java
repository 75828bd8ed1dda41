package aifactory.client;

import aifactory.client.connection.Registration;
import aifactory.client.connection.RegistrationOutcome;
import aifactory.client.control.ControlPort;
import aifactory.client.control.ControlRoutes;
import aifactory.client.progress.LogContext;
import aifactory.client.progress.ProcessContext;
import aifactory.client.waiting.BackoffPolicy;
import aifactory.client.waiting.EndReason;
import aifactory.client.waiting.Ending;
import aifactory.engine.LoadGenerator;
import aifactory.node.NodeExitCode;
import aifactory.node.NodeProcess;
import aifactory.node.address.LocalAddress;
import aifactory.node.connection.ServiceHttp;
import aifactory.node.environment.GroupSecret;
import aifactory.node.environment.JobEnvironment;
import aifactory.node.environment.NodeProblemException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that runs on each compute node: it listens, registers with the service, executes the service's commands,
 * and ends when it is ordered to or when it has lost the service.
 */
public final class ClientProcess {
    private static final Logger LOG = LoggerFactory.getLogger(ClientProcess.class);
    /** Beyond the flush: for letting go of threads and sockets. */
    private static final Duration TERMINATION_MARGIN = Duration.ofSeconds(5);

    private static final int MANY_PROCESSES = 64;
    /** The service stores a registration in less time. */
    private static final Duration JITTER_PER_PROCESS = Duration.ofMillis(5);

    private static final Duration LONGEST_JITTER = Duration.ofSeconds(5);

    private final ClientProcessConfiguration configuration;
    private final Map<String, String> environment;
    private final LoadGenerator generator;
    private final ClientDependencies dependencies;
    private final Ending ending = new Ending();
    private final LogContext log;

    private ClientProcess(
            ClientProcessConfiguration configuration,
            Map<String, String> environment,
            LoadGenerator generator,
            ClientDependencies dependencies) {
        this.configuration = configuration;
        this.environment = environment;
        this.generator = generator;
        this.dependencies = dependencies;
        this.log = new LogContext(configuration.benchmarkId());
    }

    /** Runs a client process with the machine's clock, randomness and signals. See the other form. */
    public static int run(
            ClientProcessConfiguration configuration, Map<String, String> environment, LoadGenerator generator) {
        return run(configuration, environment, generator, ClientDependencies.system());
    }

    /**
     * Runs a client process until the service ends it, the system does, or it gives up; blocks the caller. What went
     * wrong is logged as one line of level error.
     *
     * @param environment the variables of the process
     * @return one of {@link NodeExitCode}
     */
    public static int run(
            ClientProcessConfiguration configuration,
            Map<String, String> environment,
            LoadGenerator generator,
            ClientDependencies dependencies) {
        ClientProcess process = new ClientProcess(configuration, environment, generator, dependencies);
        int[] exitCode = {NodeExitCode.TERMINATED};
        process.log.run(() -> exitCode[0] = NodeProcess.run(
                "client",
                process::run,
                () -> process.ending.request(EndReason.TERMINATED),
                () -> configuration.timings().flushTimeout().plus(TERMINATION_MARGIN),
                dependencies.terminationHook()));
        return exitCode[0];
    }

    private int run() throws NodeProblemException, InterruptedException {
        configuration.check();
        JobEnvironment job = JobEnvironment.of(environment);
        GroupSecret secret = secret(job);
        if (secret != null) {
            secret.check(configuration.serviceAddresses());
        }
        ClientTimings timings = configuration.timings();
        InetAddress local = LocalAddress.find(
                configuration.serviceAddresses(),
                configuration.interfaceName(),
                configuration.address(),
                timings.connectTimeout());
        ProcessContext context = new ProcessContext(
                dependencies.clock(),
                dependencies.sleeper(),
                new BackoffPolicy(timings.backoffBase(), timings.backoffCap(), dependencies.random()),
                ending,
                log);
        try (ControlPort port = ControlPort.listen(local, configuration.preferredPort());
                ServiceHttp http = new ServiceHttp(context.clock(), secret, timings.connectTimeout())) {
            ClientIdentity identity = ClientIdentity.of(job, port.uri(), dependencies);
            ClientSession session = new ClientSession(configuration, identity, generator, http, dependencies, context);
            port.serve(new ControlRoutes(secret, session::status, session.live(), session.orders()), log);
            LOG.info("listening at {}", port.uri());
            pauseForJitter(job.processes(), context);
            return register(session, identity, http, context);
        }
    }

    /** Hundreds of clients that Slurm starts at the same moment do not register at the same moment. */
    private void pauseForJitter(@Nullable Integer processes, ProcessContext context) throws InterruptedException {
        if (processes == null || processes < MANY_PROCESSES) {
            return;
        }
        Duration window = JITTER_PER_PROCESS.multipliedBy(processes);
        Duration longest = window.compareTo(LONGEST_JITTER) < 0 ? window : LONGEST_JITTER;
        Duration drawn = Duration.ofNanos(dependencies.random().split().nextLong(longest.toNanos()));
        boolean ended = context.sleeper().sleep(drawn, ending.signal());
        LOG.debug("waited {} ms before the registration{}", drawn.toMillis(), ended ? ", and is asked to end" : "");
    }

    private int register(ClientSession session, ClientIdentity identity, ServiceHttp http, ProcessContext context)
            throws NodeProblemException, InterruptedException {
        Registration registration = new Registration(
                http,
                configuration.serviceAddresses(),
                configuration.benchmarkId(),
                identity.connectRequest(),
                context,
                configuration.timings().requestTimeout());
        Duration deadline = configuration.timings().registrationDeadline();
        return switch (registration.register(deadline)) {
            case RegistrationOutcome.Registered registered -> session.serve(registered, registration);
            case RegistrationOutcome.Refused refused -> {
                LOG.error(
                        "{} refuses to register this process for benchmark {}: {} {}",
                        refused.service(),
                        configuration.benchmarkId(),
                        refused.status(),
                        refused.detail());
                yield NodeExitCode.REFUSED;
            }
            case RegistrationOutcome.GaveUp gaveUp -> {
                LOG.error(
                        "could not register within {} s, giving up: {}; check that this node reaches the service",
                        deadline.toSeconds(),
                        gaveUp.lastReason());
                yield NodeExitCode.SERVICE_UNAVAILABLE;
            }
            case RegistrationOutcome.Ended _ -> NodeExitCode.TERMINATED;
        };
    }

    private @Nullable GroupSecret secret(JobEnvironment job) throws NodeProblemException {
        Path file = configuration.secretFile() == null ? job.secretFile() : configuration.secretFile();
        if (file == null) {
            LOG.warn("no secret file (AIFACTORY_GROUP_SECRET_FILE): the control port accepts every request without"
                    + " authentication");
            return null;
        }
        return GroupSecret.read(file);
    }
}
