package aifactory.service.observers;

import aifactory.measurement.MonotonicClock;
import aifactory.protocol.JsonFormat;
import aifactory.service.Journal;
import aifactory.service.RequestRefusedException;
import aifactory.service.persistence.ObserverStore;
import aifactory.service.persistence.StorageException;
import aifactory.workload.DurationText;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Sends updates to those who asked for them: by HTTP POST of JSON, only into allowed networks, without redirects and
 * proxies, one at a time for each, within a few seconds. Who does not take many in a row is forgotten. Thread-safe.
 */
public final class Observers implements AutoCloseable {
    /** The most observers of a service. */
    public static final int MOST = 64;

    private static final Logger LOG = LoggerFactory.getLogger(Observers.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration DEFAULT_FREQUENCY = Duration.ofSeconds(10);
    private static final Duration LONGEST_FREQUENCY = Duration.ofHours(1);
    private static final int MOST_FAILURES = 20;
    private static final long LOOK_MILLIS = 50;

    private final NetworkAllowList allowed;
    private final ObserverStore store;
    private final Journal journal;
    private final MonotonicClock clock;
    private final Updates updates;
    private final List<Watch> watches = new CopyOnWriteArrayList<>();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(PATIENCE)
            .build();
    private final Thread thread;
    private volatile boolean closed;

    /** What there is to tell. */
    @FunctionalInterface
    public interface Updates {
        /**
         * The update for an observer.
         *
         * @param benchmarkId null for every group
         * @return null if the group no longer exists
         */
        @Nullable
        Object of(@Nullable Long benchmarkId);
    }

    private static final class Watch {
        private final Observer observer;
        private final AtomicBoolean busy = new AtomicBoolean();
        private volatile long dueNanos;
        private volatile int failures;

        Watch(Observer observer, long dueNanos) {
            this.observer = observer;
            this.dueNanos = dueNanos;
        }
    }

    public Observers(
            NetworkAllowList allowed, ObserverStore store, Journal journal, MonotonicClock clock, Updates updates) {
        this.allowed = allowed;
        this.store = store;
        this.journal = journal;
        this.clock = clock;
        this.updates = updates;
        this.thread = Thread.ofVirtual().name("observers").unstarted(this::run);
    }

    /** Restores the observers of a previous process, and starts. */
    public void start() throws StorageException {
        for (ObserverStore.Row row : store.all()) {
            try {
                watches.add(new Watch(observer(row), clock.nanoTime()));
            } catch (IllegalArgumentException e) {
                LOG.error(
                        "The observer {} of group {} cannot be read and is set aside: {}",
                        row.address(),
                        row.benchmarkId(),
                        e.getMessage());
            }
        }
        thread.start();
    }

    private static Observer observer(ObserverStore.Row row) {
        Duration frequency = Duration.ofMillis(row.frequencyMillis());
        if (frequency.compareTo(Duration.ofSeconds(1)) < 0 || frequency.compareTo(LONGEST_FREQUENCY) > 0) {
            throw new IllegalArgumentException("it is notified every " + frequency);
        }
        if (URI.create("http://" + row.address() + "/").getHost() == null) {
            throw new IllegalArgumentException("'" + row.address() + "' is not an address");
        }
        return new Observer(row.benchmarkId(), row.address(), frequency);
    }

    /**
     * Registers an observer; a second registration changes the interval.
     *
     * @param benchmarkId null for every group
     */
    public Observer register(@Nullable Long benchmarkId, ObserverRequest request)
            throws StorageException, InterruptedException {
        Observer observer = observer(benchmarkId, request);
        synchronized (this) {
            Map<String, Observer> others = new ConcurrentHashMap<>();
            watches.forEach(watch -> others.put(key(watch.observer), watch.observer));
            others.remove(key(observer));
            if (others.size() >= MOST) {
                throw RequestRefusedException.conflict(
                        MOST + " observers are registered, the limit of the service; delete a group first");
            }
            store.put(
                    new ObserverStore.Row(
                            benchmarkId,
                            observer.address(),
                            observer.frequency().toMillis()),
                    journal.request("observer", benchmarkId, observer.address()));
            watches.removeIf(watch -> key(watch.observer).equals(key(observer)));
            watches.add(new Watch(observer, clock.nanoTime()));
        }
        return observer;
    }

    private static String key(Observer observer) {
        return observer.benchmarkId() + " " + observer.address();
    }

    private Observer observer(@Nullable Long benchmarkId, ObserverRequest request) {
        InetAddress address = address(request.ipAddress());
        int port = port(request.port());
        String host = address.getHostAddress();
        ObserverRequest.Preferences preferences = request.updatePreferences();
        if (preferences != null
                && preferences.format() != null
                && !preferences.format().equals("json")) {
            throw RequestRefusedException.invalid(
                    "update_preferences.format", "updates are sent as 'json' and in no other format");
        }
        return new Observer(
                benchmarkId,
                (host.contains(":") ? "[" + host + "]" : host) + ":" + port,
                frequency(preferences == null ? null : preferences.frequency()));
    }

    private InetAddress address(@Nullable String text) {
        try {
            InetAddress address = InetAddress.ofLiteral(String.valueOf(text));
            if (allowed.contains(address)) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            throw RequestRefusedException.invalid("ip_address", "ip_address is not an address such as 10.0.0.7");
        }
        throw RequestRefusedException.invalid(
                "ip_address",
                "ip_address is in none of the networks that updates are sent to; the service's --observer-network"
                        + " allows more");
    }

    private static int port(@Nullable JsonNode port) {
        String text = port == null || !port.isValueNode() ? "" : port.asString("");
        if (!text.matches("\\d{1,5}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > 65_535) {
            throw RequestRefusedException.invalid("port", "port is not a number from 1 to 65535");
        }
        return Integer.parseInt(text);
    }

    private static Duration frequency(@Nullable String text) {
        if (text == null) {
            return DEFAULT_FREQUENCY;
        }
        try {
            Duration frequency = DurationText.parse(text);
            if (frequency.toMillis() >= 1_000 && frequency.compareTo(LONGEST_FREQUENCY) <= 0) {
                return frequency;
            }
        } catch (IllegalArgumentException e) {
            // Logged below.
        }
        throw RequestRefusedException.invalid(
                "update_preferences.frequency", "the frequency is not a time from 1s to 1h");
    }

    private void run() {
        while (!closed) {
            try {
                watches.forEach(this::sendIfDue);
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("Notifying observers failed; continuing", e);
            }
        }
    }

    private void sendIfDue(Watch watch) {
        if (clock.nanoTime() - watch.dueNanos < 0 || !watch.busy.compareAndSet(false, true)) {
            return;
        }
        watch.dueNanos = clock.nanoTime() + watch.observer.frequency().toNanos();
        try {
            send(watch);
        } catch (RuntimeException e) {
            LOG.error("Notifying the observer {} failed; continuing", watch.observer.address(), e);
            watch.busy.set(false);
        }
    }

    private void send(Watch watch) {
        Object update = updates.of(watch.observer.benchmarkId());
        if (update == null) {
            forget(watch, "its group was deleted");
            return;
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + watch.observer.address() + "/"))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JsonFormat.mapper().writeValueAsBytes(update)))
                .build();
        http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((response, failure) -> {
                    boolean taken = failure == null && response.statusCode() / 100 == 2;
                    watch.failures = taken ? 0 : watch.failures + 1;
                    if (watch.failures >= MOST_FAILURES) {
                        forget(watch, "it accepted none of " + MOST_FAILURES + " updates in a row");
                    }
                    watch.busy.set(false);
                });
    }

    private void forget(Watch watch, String cause) {
        if (watches.remove(watch)) {
            LOG.info("observer {}: forgotten, {}", watch.observer.address(), cause);
            store.delete(
                    watch.observer.benchmarkId(),
                    watch.observer.address(),
                    journal.request(
                            "observer forgotten",
                            watch.observer.benchmarkId(),
                            watch.observer.address() + ": " + cause));
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        http.shutdownNow();
    }
}
