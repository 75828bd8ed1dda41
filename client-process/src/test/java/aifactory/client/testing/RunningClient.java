package aifactory.client.testing;

import aifactory.client.ClientDependencies;
import aifactory.client.ClientProcess;
import aifactory.client.ClientProcessConfiguration;
import aifactory.client.ClientTimings;
import aifactory.client.delivery.SpoolLimits;
import aifactory.client.gpu.GpuUnavailableException;
import aifactory.client.waiting.Sleeper;
import aifactory.engine.LoadGenerator;
import aifactory.measurement.MonotonicClock;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A whole client process on threads of the test, with real time, short pauses and a termination that the test orders.
 */
public final class RunningClient implements AutoCloseable {
    /** Pauses of a few milliseconds, patience beyond any test. */
    public static final ClientTimings TIMINGS = new ClientTimings(
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofMillis(2),
            Duration.ofMillis(20),
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            8,
            Duration.ofSeconds(5));

    private final AtomicReference<@Nullable Runnable> termination = new AtomicReference<>();
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    private final Thread thread;

    private RunningClient(
            ClientProcessConfiguration configuration, Map<String, String> environment, LoadGenerator generator) {
        ClientDependencies dependencies = new ClientDependencies(
                MonotonicClock.SYSTEM,
                InstantSource.system(),
                new SplittableRandom(1),
                Sleeper.SYSTEM,
                action -> {
                    termination.set(action);
                    return () -> termination.set(null);
                },
                () -> "instance-1",
                () -> {
                    throw new GpuUnavailableException("this test has no GPU", true);
                });
        this.thread = Thread.ofPlatform().daemon().name("client-process").start(() -> {
            try {
                exitCode.complete(ClientProcess.run(configuration, environment, generator, dependencies));
            } catch (Throwable failure) {
                exitCode.completeExceptionally(failure);
            }
        });
    }

    public static RunningClient start(
            ClientProcessConfiguration configuration, Map<String, String> environment, LoadGenerator generator) {
        return new RunningClient(configuration, environment, generator);
    }

    public static RunningClient start(FakeClientService service, LoadGenerator generator) {
        return start(configuration(List.of(service.uri()), TIMINGS), Map.of(), generator);
    }

    /** For benchmark 1 at any port. */
    public static ClientProcessConfiguration configuration(List<URI> services, ClientTimings timings) {
        return configuration(services, timings, SpoolLimits.DEFAULTS, null);
    }

    public static ClientProcessConfiguration configuration(
            List<URI> services, ClientTimings timings, SpoolLimits limits, @Nullable Path secretFile) {
        return new ClientProcessConfiguration(
                services,
                List.of(URI.create("http://127.0.0.1:8000")),
                1,
                0,
                secretFile,
                false,
                null,
                null,
                limits,
                timings);
    }

    /** What SIGTERM does; returns when the process is done. */
    public void terminate() {
        Runnable action = termination.get();
        if (action == null) {
            throw new AssertionError("no termination hook is registered");
        }
        action.run();
    }

    public boolean hasTerminationHook() {
        return termination.get() != null;
    }

    public boolean hasExited() {
        return exitCode.isDone();
    }

    public int awaitExit() throws Exception {
        return exitCode.get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
