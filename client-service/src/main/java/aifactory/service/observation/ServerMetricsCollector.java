package aifactory.service.observation;

import aifactory.protocol.RunResult;
import aifactory.protocol.RunState;
import aifactory.servermetrics.EngineTable;
import aifactory.service.ServiceClock;
import aifactory.service.UncaughtErrors;
import aifactory.service.groups.ClientManager;
import aifactory.service.groups.Group;
import aifactory.service.runs.Run;
import aifactory.service.runs.RunPlan;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scrapes {@code /metrics} of the AI servers of every active run, once per second each, so that a report shows the
 * server side next to the client side. A server that answers without metrics, too much or too late is asked less often;
 * it never affects the run.
 *
 * <p>Thread-safe. A separate thread schedules; the HTTP client executes the exchanges.
 */
public final class ServerMetricsCollector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerMetricsCollector.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final Set<RunState> ASKED_WHILE = Set.of(RunState.ARMING, RunState.RUNNING, RunState.DRAINING);

    private final ClientManager clients;
    private final ServiceClock clock;
    private final EngineTable engines;
    private final Map<String, ServerQuestions> questions = new ConcurrentHashMap<>();
    private final ScheduledExecutorService scheduler = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("server-metrics").daemon(true).factory());

    /**
     * @param engines whose metrics are known
     */
    public ServerMetricsCollector(ClientManager clients, ServiceClock clock, EngineTable engines) {
        this.clients = clients;
        this.clock = clock;
        this.engines = engines;
    }

    /** Begins to ask. */
    public void start() {
        scheduler.scheduleAtFixedRate(this::askAll, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The metrics of the servers of a run until now, in the order of its targets; they are removed here. */
    public List<RunResult.ServerMetrics> take(String runId) {
        try (ServerQuestions taken = questions.remove(runId)) {
            return taken == null ? List.of() : taken.told();
        }
    }

    /** A run whose servers are to be asked now. */
    private record Going(String runId, RunPlan plan, long startEpochNanos) {}

    private void askAll() {
        try {
            Set<String> known = new HashSet<>();
            for (Group group : clients.all()) {
                Going going = going(group);
                if (going != null) {
                    known.add(going.runId());
                    questions
                            .computeIfAbsent(going.runId(), _ -> questions(going))
                            .askDue();
                }
            }
            questions.forEach((runId, forgotten) -> {
                if (!known.contains(runId) && questions.remove(runId, forgotten)) {
                    forgotten.close();
                }
            });
        } catch (RuntimeException e) {
            // Scheduling would end silently otherwise, for all runs to come.
            LOG.error("Scraping the metrics of the AI servers failed; this is a defect of the program", e);
        } catch (Error e) {
            // The scheduler would keep it to itself.
            UncaughtErrors.tell(e);
            throw e;
        }
    }

    private ServerQuestions questions(Going going) {
        return new ServerQuestions(
                going.plan().targets(),
                going.plan().specification(),
                going.startEpochNanos(),
                clock::epochNanos,
                engines);
    }

    private static @Nullable Going going(Group group) {
        group.lock().lock();
        try {
            Run run = group.currentRun();
            // From just before T0, so that what the server counted until then can be subtracted.
            if (run == null || !ASKED_WHILE.contains(run.state())) {
                return null;
            }
            Long start = run.moments().startEpochNanos();
            return start == null ? null : new Going(run.runId(), run.plan(), start);
        } finally {
            group.lock().unlock();
        }
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
        questions.values().forEach(ServerQuestions::close);
    }
}
