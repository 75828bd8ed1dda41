package aifactory.service.observation;

import aifactory.access.BoundedHttp;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunState;
import aifactory.service.ServiceClock;
import aifactory.service.groups.ClientManager;
import aifactory.service.groups.Group;
import aifactory.service.runs.Run;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the AI servers of every run that goes on for their {@code /metrics}, once a second each, so that a report shows what the server
 * did beside what the clients saw. A server that does not tell, or tells too much or too late, is asked again; it never costs the run
 * anything.
 *
 * <p>Thread-safe. One thread of its own schedules; the exchanges are the HTTP client's.
 */
public final class ServerMetricsCollector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerMetricsCollector.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    /** An answer later than this belongs to another second. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final int LARGEST_ANSWER_BYTES = 4 << 20;
    /** Beyond it a run's servers are not asked: they are told by no report either. */
    private static final int MOST_TARGETS = 64;

    private final ClientManager clients;
    private final ServiceClock clock;
    private final Map<String, List<ServerCourse>> courses = new ConcurrentHashMap<>();
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private final BoundedHttp http = new BoundedHttp(null, PATIENCE);
    private final ScheduledExecutorService scheduler = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("server-metrics").daemon(true).factory());

    public ServerMetricsCollector(ClientManager clients, ServiceClock clock) {
        this.clients = clients;
        this.clock = clock;
    }

    /** Begins to ask. */
    public void start() {
        scheduler.scheduleAtFixedRate(this::askAll, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What the servers of a run have told until now, in the order of its targets; forgets it. */
    public List<RunResult.ServerMetrics> take(String runId) {
        List<ServerCourse> taken = courses.remove(runId);
        return taken == null
                ? List.of()
                : taken.stream().map(ServerCourse::told).toList();
    }

    /** A run whose servers are to be asked now. */
    private record Going(String runId, List<String> targets, long startEpochNanos) {}

    private void askAll() {
        try {
            Set<String> known = new HashSet<>();
            for (Group group : clients.all()) {
                Going going = going(group);
                if (going != null) {
                    known.add(going.runId());
                    ask(going);
                }
            }
            courses.keySet().retainAll(known);
        } catch (RuntimeException e) {
            // Scheduling would end silently otherwise, for all runs to come.
            LOG.error("The AI servers could not be asked for their metrics; this is a defect of the program", e);
        }
    }

    private static @Nullable Going going(Group group) {
        group.lock().lock();
        try {
            Run run = group.currentRun();
            if (run == null || (run.state() != RunState.RUNNING && run.state() != RunState.DRAINING)) {
                return null;
            }
            Long start = run.moments().startEpochNanos();
            return start == null ? null : new Going(run.runId(), run.plan().targets(), start);
        } finally {
            group.lock().unlock();
        }
    }

    private void ask(Going going) {
        List<ServerCourse> ofRun = courses.computeIfAbsent(going.runId(), runId -> coursesOf(going.targets()));
        for (ServerCourse course : ofRun) {
            String exchange = going.runId() + " " + course.target();
            if (underWay.add(exchange)) {
                ask(course, going.startEpochNanos(), exchange);
            }
        }
    }

    private static List<ServerCourse> coursesOf(List<String> targets) {
        List<ServerCourse> courses = new ArrayList<>();
        for (String target : targets.subList(0, Math.min(MOST_TARGETS, targets.size()))) {
            courses.add(new ServerCourse(courses.size(), target));
        }
        return List.copyOf(courses);
    }

    private void ask(ServerCourse course, long startEpochNanos, String exchange) {
        HttpRequest.Builder request;
        try {
            request = HttpRequest.newBuilder(URI.create(course.target().replaceAll("/+$", "") + "/metrics"));
        } catch (IllegalArgumentException e) {
            course.fail("its address is none: " + e.getMessage());
            underWay.remove(exchange);
            return;
        }
        var _ = http.sendAsync(request, PATIENCE, LARGEST_ANSWER_BYTES).whenComplete((answer, failure) -> {
            underWay.remove(exchange);
            if (failure != null) {
                course.fail("/metrics did not answer: " + words(failure));
            } else if (answer.status() != 200) {
                course.fail("/metrics answered with status " + answer.status());
            } else {
                take(course, (clock.epochNanos() - startEpochNanos) / 1e9, answer.text());
            }
        });
    }

    private static void take(ServerCourse course, double second, String body) {
        ServerExposition told = ServerExposition.parse(body);
        if (told.isEmpty()) {
            course.fail("/metrics has none of the figures that vLLM and llama.cpp tell");
        } else {
            course.add(second, told);
        }
    }

    private static String words(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        if (cause instanceof TimeoutException) {
            return "no complete response within " + PATIENCE.toSeconds() + " s";
        }
        return cause instanceof IOException && message != null
                ? message
                : cause.getClass().getSimpleName();
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
        http.close();
    }
}
