package aifactory.service.simulation;

import aifactory.service.ServiceThreads;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Carries requests to the service, which may be away: delays them, loses them, loses their responses, delivers them
 * twice. Belongs to the simulation's thread.
 */
final class SimulatedNetwork {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int MOST_DELAY_MILLIS = 20;

    private final RandomGenerator random;
    /** By number, in the order in which they were sent. */
    private final SortedMap<Long, CompletableFuture<?>> underWay = new TreeMap<>();

    private long sent;
    private @Nullable ServiceThreads service;
    private double loss;
    private boolean partitioned;

    /** The response to a request was lost, for any reason. Whether the request was executed is unknown. */
    static final class NoResponseException extends Exception {
        private static final long serialVersionUID = 1;

        NoResponseException(String message) {
            super(message);
        }
    }

    /** What the service does with a request; the exception of a refusal reaches the caller. */
    @FunctionalInterface
    interface Handler<T> {
        T handle() throws Exception;
    }

    SimulatedNetwork(RandomGenerator random) {
        this.random = random;
    }

    /** @param share of the requests, and of the responses, that do not arrive */
    void lose(double share) {
        loss = share;
    }

    void partition(boolean now) {
        partitioned = now;
    }

    void serve(ServiceThreads process) {
        service = process;
    }

    /** The service's process has ended: callers that wait for it get a closed connection. */
    void reset() {
        service = null;
        List<CompletableFuture<?>> open = List.copyOf(underWay.values());
        underWay.clear();
        open.forEach(response -> response.completeExceptionally(new NoResponseException("connection reset")));
    }

    /**
     * Sends a request and waits for its response.
     *
     * @throws NoResponseException if the response was lost
     * @throws Exception what the handler threw
     */
    <T> T call(ServiceThreads caller, Handler<T> handler) throws Exception {
        caller.sleep(Duration.ofMillis(random.nextInt(MOST_DELAY_MILLIS + 1)));
        ServiceThreads listening = service;
        if (listening == null) {
            throw new NoResponseException("connection refused");
        }
        if (partitioned || random.nextDouble() < loss) {
            caller.sleep(PATIENCE);
            throw new NoResponseException("the request was lost");
        }
        CompletableFuture<T> response = new CompletableFuture<>();
        long number = sent++;
        underWay.put(number, response);
        serveOnce(listening, handler, response);
        if (random.nextDouble() < loss / 4) {
            serveOnce(listening, handler, new CompletableFuture<>());
        }
        try {
            T value = caller.get(response, PATIENCE);
            if (partitioned || random.nextDouble() < loss) {
                caller.sleep(PATIENCE);
                throw new NoResponseException("the response was lost");
            }
            return value;
        } catch (TimeoutException e) {
            throw new NoResponseException("no response within " + PATIENCE);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            underWay.remove(number);
        }
    }

    private static <T> void serveOnce(ServiceThreads service, Handler<T> handler, CompletableFuture<T> response) {
        service.start("request", () -> {
            try {
                response.complete(handler.handle());
            } catch (Throwable e) {
                response.completeExceptionally(e);
            }
        });
    }
}
