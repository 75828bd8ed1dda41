package aifactory.service.observation;

import aifactory.access.BoundedHttp;
import aifactory.access.KeySource;
import aifactory.access.RequestHeaders;
import aifactory.access.RequestKey;
import aifactory.access.TlsContexts;
import aifactory.protocol.RunResult;
import aifactory.servermetrics.EngineTable;
import aifactory.servermetrics.ServerReading;
import aifactory.workload.WorkloadSpecification;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks the AI servers of one run for their {@code /metrics}, with the run's own key and trust. A server that gives no
 * metrics is asked again after pauses that double.
 *
 * <p>{@link #askDue} is one thread's; the exchanges are the HTTP client's, one for each server at a time.
 */
final class ServerQuestions implements AutoCloseable {
    /** A response later than this belongs to another second. */
    static final Duration PATIENCE = Duration.ofSeconds(2);

    static final int LARGEST_RESPONSE_BYTES = 4 << 20;
    /** Beyond it a run's servers are not asked: no report shows so many. */
    private static final int MOST_TARGETS = 64;

    /** Of all servers of a run together, and of each at least. */
    private static final int MOST_SAMPLES_OF_RUN = 19_200;

    private static final int FEWEST_SAMPLES = 300;

    private static final long FIRST_PAUSE_NANOS = 1_000_000_000;
    /** Between questions to a server that answered, but without metrics. */
    static final long LONGEST_PAUSE_NANOS = 60_000_000_000L;
    /** Between questions to a server that did not answer, or is not ready: that may change at any time. */
    static final long LONGEST_PAUSE_WITHOUT_ANSWER_NANOS = 8_000_000_000L;

    /** They say what the load sends and accepts, not who asks. */
    private static final Set<String> HEADERS_OF_THE_LOAD = Set.of("accept", "accept-encoding", "content-type");

    private static final long KEY_MARGIN_SECONDS = 30;

    private final BoundedHttp http;
    private final @Nullable WorkloadSpecification specification;
    private final @Nullable KeySource source;
    private final AtomicBoolean readsKey = new AtomicBoolean();
    private volatile boolean isKeyKnown;
    private volatile @Nullable Instant keyExpiry;
    private volatile Map<String, String> headers;
    /** Why the key or the trust of the run cannot be used here; empty when they can. */
    private volatile String accessProblem;

    private final List<Server> servers = new ArrayList<>();
    private final long startEpochNanos;
    private final LongSupplier epochNanos;
    private final EngineTable engines;

    /** What is known of one server, and when it is asked next. */
    private static final class Server {
        private final ServerCourse course;
        private final AtomicBoolean underWay = new AtomicBoolean();
        private volatile long nextEpochNanos = Long.MIN_VALUE;
        private volatile long pauseNanos;

        Server(ServerCourse course) {
            this.course = course;
        }
    }

    /**
     * @param specification of the run, with its key and its trust; null for none of both
     * @param startEpochNanos of the load
     * @param epochNanos the time by the same clock
     * @param engines whose metrics are known
     */
    ServerQuestions(
            List<String> targets,
            @Nullable WorkloadSpecification specification,
            long startEpochNanos,
            LongSupplier epochNanos,
            EngineTable engines) {
        this.startEpochNanos = startEpochNanos;
        this.epochNanos = epochNanos;
        this.engines = engines;
        int asked = Math.min(MOST_TARGETS, targets.size());
        int samples = Math.clamp(MOST_SAMPLES_OF_RUN / Math.max(1, asked), FEWEST_SAMPLES, ServerCourse.MOST_SAMPLES);
        for (String target : targets.subList(0, asked)) {
            servers.add(new Server(new ServerCourse(servers.size(), target, samples)));
        }
        SSLContext context = null;
        String proxy = null;
        String problem = "";
        try {
            // A certificate that only the clients' nodes have is no fault: many servers give their metrics to all.
            context = specification == null ? null : TlsContexts.forClient(specification.tls());
            proxy = specification == null ? null : specification.access().proxy();
        } catch (IllegalArgumentException e) {
            problem = withoutAccess(e);
        }
        this.http = new BoundedHttp(context, PATIENCE, proxy);
        this.accessProblem = problem;
        this.specification = specification;
        this.source = specification == null
                ? null
                : KeySource.of(specification, System.getenv(), () -> Instant.ofEpochSecond(0, epochNanos.getAsLong()))
                        .orElse(null);
        this.headers = specification == null ? Map.of() : specification.headers();
        readKey();
    }

    private static String withoutAccess(IllegalArgumentException reason) {
        return " (asked without the run's key or trust: " + reason.getMessage() + ")";
    }

    /**
     * A command is run on a separate thread, for it may take its time. Until the key has been read, nothing is asked.
     */
    private void readKey() {
        KeySource reading = source;
        WorkloadSpecification ofRun = specification;
        if (reading == null || ofRun == null || !readsKey.compareAndSet(false, true)) {
            return;
        }
        if (ofRun.access().apiKeyCommand() == null) {
            readKey(reading, ofRun);
        } else {
            Thread.ofVirtual().name("server-metrics-key").start(() -> readKey(reading, ofRun));
        }
    }

    private void readKey(KeySource reading, WorkloadSpecification ofRun) {
        try {
            RequestKey key = reading.read();
            headers = RequestHeaders.with(ofRun, key);
            // A helper that gives the same key until its end would be run every second otherwise.
            keyExpiry = isNearlyOver(key.expiry()) ? null : key.expiry();
        } catch (IllegalArgumentException e) {
            accessProblem = withoutAccess(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            isKeyKnown = true;
            readsKey.set(false);
        }
    }

    /** Reads a key again whose time is nearly over. */
    private void renewKey() {
        Instant expiry = keyExpiry;
        if (isNearlyOver(expiry)) {
            keyExpiry = null;
            readKey();
        }
    }

    private boolean isNearlyOver(@Nullable Instant expiry) {
        return expiry != null && epochNanos.getAsLong() / 1e9 > expiry.getEpochSecond() - KEY_MARGIN_SECONDS;
    }

    /** The metrics of the servers until now, in the order of the run's targets. */
    List<RunResult.ServerMetrics> told() {
        return servers.stream().map(server -> server.course.told()).toList();
    }

    /**
     * Queries the servers that are due, except those with a query in flight.
     *
     * @return whether any was asked
     */
    boolean askDue() {
        if (source != null && !isKeyKnown) {
            return false;
        }
        renewKey();
        long now = epochNanos.getAsLong();
        boolean any = false;
        for (Server server : servers) {
            if (now >= server.nextEpochNanos && server.underWay.compareAndSet(false, true)) {
                ask(server);
                any = true;
            }
        }
        return any;
    }

    /** Whether any server is being asked. */
    boolean isAsking() {
        return servers.stream().anyMatch(server -> server.underWay.get());
    }

    private void ask(Server server) {
        CompletableFuture<BoundedHttp.Response> exchange;
        try {
            BoundedHttp.Request request =
                    BoundedHttp.Request.get(URI.create(server.course.target()), "/metrics", headersOfQuestion());
            exchange = http.sendAsync(request, PATIENCE, LARGEST_RESPONSE_BYTES);
        } catch (IllegalArgumentException e) {
            server.course.fail("cannot be asked at this address: " + e.getMessage());
            server.nextEpochNanos = Long.MAX_VALUE;
            server.underWay.set(false);
            return;
        }
        var _ = exchange.whenComplete((response, failure) -> {
            String problem = failure == null ? take(server.course, response) : "did not answer: " + words(failure);
            if (problem == null) {
                server.pauseNanos = 0;
                server.nextEpochNanos = Long.MIN_VALUE;
            } else {
                server.course.fail("/metrics " + problem + accessProblem);
                boolean answered = response != null && response.status() < 500 && response.status() != 429;
                if (answered && isWithoutMetrics(response.status())) {
                    // It has none, and will not have any in a second.
                    server.pauseNanos = LONGEST_PAUSE_NANOS / 2;
                }
                pause(server, answered ? LONGEST_PAUSE_NANOS : LONGEST_PAUSE_WITHOUT_ANSWER_NANOS);
            }
            server.underWay.set(false);
        });
    }

    private Map<String, String> headersOfQuestion() {
        Map<String, String> asked = new LinkedHashMap<>();
        headers.forEach((name, value) -> {
            if (!HEADERS_OF_THE_LOAD.contains(name.toLowerCase(Locale.ROOT))) {
                asked.put(name, value);
            }
        });
        asked.put("accept", "text/plain, */*");
        return asked;
    }

    private static boolean isWithoutMetrics(int status) {
        return status == 404 || status == 405 || status == 410;
    }

    private void pause(Server server, long longestNanos) {
        server.pauseNanos = Math.clamp(2 * server.pauseNanos, FIRST_PAUSE_NANOS, longestNanos);
        server.nextEpochNanos = epochNanos.getAsLong() + server.pauseNanos;
    }

    /** Returns why there is nothing to take, null when there is. */
    private @Nullable String take(ServerCourse course, BoundedHttp.Response response) {
        if (response.status() != 200) {
            boolean refused = response.status() == 401 || response.status() == 403;
            return "answered with status " + response.status()
                    + (refused ? headers.isEmpty() ? " (the run has no key)" : " (the run's key was sent)" : "");
        }
        Optional<ServerReading> reading = engines.read(response.text());
        if (reading.isEmpty()) {
            return "has no metric of a known engine (" + String.join(", ", engines.engineNames())
                    + "); server_metrics_file of the service's configuration can name others";
        }
        course.add((epochNanos.getAsLong() - startEpochNanos) / 1e9, reading.get());
        return null;
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
        http.close();
    }
}
