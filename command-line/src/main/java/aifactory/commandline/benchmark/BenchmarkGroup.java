package aifactory.commandline.benchmark;

import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.follow.GroupFollower;
import aifactory.commandline.follow.RunFollower;
import aifactory.commandline.option.PlacementOptions;
import aifactory.commandline.progress.ProgressDisplay;
import aifactory.commandline.progress.ProgressText;
import aifactory.commandline.session.Interruption;
import aifactory.commandline.session.Session;
import aifactory.protocol.GroupCreated;
import aifactory.protocol.GroupRequest;
import aifactory.protocol.RunDispatched;
import aifactory.protocol.ServerArguments;
import aifactory.protocol.ServerRequest;
import aifactory.protocol.WorkloadRequest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A dedicated group, under an unused id, for consecutive runs. Closing it deletes it in any case; its job is
 * then confirmed to have ended. Used by one thread.
 */
public final class BenchmarkGroup implements AutoCloseable {
    private static final Duration CLEAN_UP_TIMEOUT = Duration.ofSeconds(15);
    /** Slurm waits up to KillWait for a job that does not end by itself, and its time to confirm. */
    private static final Duration DELETE_TIMEOUT = Duration.ofMinutes(3);
    /** The service gives clients less than this to deliver what they have. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);

    private static final int ID_ATTEMPTS = 20;
    private static final long SMALLEST_ID = 1_000_000;
    private static final long IDS = 1_000_000_000;

    private final Session session;
    private final ServiceClient service;
    private final ProgressDisplay display;
    private final long id;
    private final Duration deleteTimeout;

    private BenchmarkGroup(
            Session session, ServiceClient service, ProgressDisplay display, long id, Duration deleteTimeout) {
        this.session = session;
        this.service = service;
        this.display = display;
        this.id = id;
        this.deleteTimeout = deleteTimeout;
    }

    /**
     * What a group is to be.
     *
     * @param placement what it asks of the cluster
     * @param server what is started with the clients, null for nothing
     */
    public record Order(
            int numClients,
            int timeLimitMinutes,
            PlacementOptions placement,
            List<URI> aiServers,
            @Nullable ServerRequest server) {}

    /** Creates the group; its clients need not have started yet. */
    public static BenchmarkGroup create(Session session, ServiceClient service, ProgressDisplay display, Order order) {
        display.show(ProgressText.of(
                "creating",
                "starting " + order.numClients() + " clients"
                        + (order.server() == null || order.server().group() != null ? "" : " and their AI servers")));
        GroupRequest request = order.placement()
                .request(
                        order.numClients(),
                        order.timeLimitMinutes(),
                        order.aiServers().stream().map(URI::toString).toList(),
                        null,
                        null,
                        order.server());
        long first = Math.floorMod(session.instants().millis(), IDS);
        for (int attempt = 0; ; attempt++) {
            long id = SMALLEST_ID + Math.floorMod(first + attempt, IDS);
            try {
                GroupCreated created = service.createGroup(id, request);
                for (String note : created.notes() == null ? List.<String>of() : created.notes()) {
                    session.note(note);
                }
                return new BenchmarkGroup(
                        session, service, display, created.benchmarkId(), DELETE_TIMEOUT.plus(graceOf(order.server())));
            } catch (ServiceClient.ConflictException e) {
                if (attempt == ID_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static Duration graceOf(@Nullable ServerRequest server) {
        return server == null || server.stopGrace() == null ? Duration.ZERO : server.stopGrace();
    }

    /** Has its servers run with these arguments, and waits until they do; nothing happens where they do already. */
    public void changeServers(Map<String, Object> arguments, Duration longest) {
        display.show(ProgressText.of("server", "the servers get other arguments: " + arguments));
        service.changeServers(id, new ServerArguments(arguments));
        awaitReady(longest);
    }

    public long id() {
        return id;
    }

    /** Waits until its clients are ready. */
    public void awaitReady(Duration longest) {
        new GroupFollower(session, service).awaitReady(id, longest, display);
    }

    /**
     * A run that has ended.
     *
     * @param interrupted by the user: it was stopped, and what it had measured is kept
     */
    public record EndedRun(String runId, boolean interrupted) {}

    /** Runs the workload to its end, or to the user's. */
    public EndedRun run(WorkloadRequest workload) {
        RunDispatched run = service.run(id, workload);
        try {
            new RunFollower(session, service).awaitEnd(run.runId(), display);
            return new EndedRun(run.runId(), false);
        } catch (CommandFailure failure) {
            if (failure.exitCode() != ExitCode.INTERRUPTED) {
                throw failure;
            }
            stopAndAwait(run.runId());
            return new EndedRun(run.runId(), true);
        }
    }

    /** A client of the service that still works after an interruption. */
    public ServiceClient collecting(EndedRun run) {
        return run.interrupted() ? service.forCleaningUp(CLEAN_UP_TIMEOUT) : service;
    }

    private void stopAndAwait(String runId) {
        display.show(ProgressText.of("stopping", "interrupted: stopping the run, what it has measured is kept"));
        ServiceClient stopping = service.forCleaningUp(CLEAN_UP_TIMEOUT);
        stopping.stop(id);
        Interruption again = new Interruption();
        long startNanos = session.clock().nanoTime();
        while (!stopping.showRun(runId).state().isTerminal()
                && session.clock().nanoTime() - startNanos < STOP_TIMEOUT.toNanos()) {
            again.await(Duration.ofMillis(200));
        }
    }

    @Override
    public void close() {
        display.show(ProgressText.of("ending", "ending the clients"));
        delete(session, service, id, deleteTimeout);
    }

    /** Whether the service still knows the group. */
    public static boolean exists(ServiceClient service, long id) {
        try {
            return !service.showGroup(id).info().status().isTerminal();
        } catch (CommandFailure e) {
            // The group is unknown, or the service does not answer; the next request shows which.
            return false;
        }
    }

    /** Deletes a group; a failure is reported, not thrown: the earlier outcome is what the user has to see. */
    public static void delete(Session session, ServiceClient service, long id) {
        delete(session, service, id, DELETE_TIMEOUT);
    }

    private static void delete(Session session, ServiceClient service, long id, Duration longest) {
        try {
            service.forCleaningUp(longest).deleteGroup(id);
        } catch (CommandFailure e) {
            session.note("aifactory: group " + id + " could not be deleted: " + e.getMessage());
        }
    }
}
