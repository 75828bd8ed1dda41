package aifactory.client.testing;

import aifactory.client.ClientProcess;
import aifactory.client.ClientTimings;
import aifactory.engine.LoadCompletion;
import aifactory.engine.MeasurementSink;
import aifactory.engine.PreparedLoad;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A client process in a separate JVM, for tests that send it signals. Arguments: the service's address, the flush
 * timeout in milliseconds. Its load delivers three intervals, then nothing until it is stopped; then one more and the
 * end, as an engine does.
 */
public final class ChildClient {
    private ChildClient() {}

    public static void main(String[] arguments) {
        ClientTimings base = RunningClient.TIMINGS;
        ClientTimings timings = new ClientTimings(
                base.connectTimeout(),
                base.requestTimeout(),
                base.backoffBase(),
                base.backoffCap(),
                base.registrationDeadline(),
                base.serviceLostTimeout(),
                Duration.ofMillis(Long.parseLong(arguments[1])),
                base.exitFlushTimeout(),
                base.clockExchanges(),
                base.clockPatience());
        int exitCode = ClientProcess.run(
                RunningClient.configuration(List.of(URI.create(arguments[0])), timings),
                Map.of(),
                _ -> new SteadyLoad());
        System.exit(exitCode);
    }

    private static final class SteadyLoad implements PreparedLoad {
        private static final int REQUESTS = 2;

        private final ExecutorService deliverer =
                Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
        private final AtomicBoolean stopped = new AtomicBoolean();
        private volatile @Nullable MeasurementSink sink;

        @Override
        public void start(long startMonotonicNanos, MeasurementSink receiver) {
            sink = receiver;
            for (int second = 0; second < 3; second++) {
                deliver(receiver, second);
            }
        }

        @Override
        public void stop() {
            MeasurementSink receiver = sink;
            if (receiver != null && !stopped.getAndSet(true)) {
                deliver(receiver, 3);
                deliverer.execute(() -> receiver.completed(new LoadCompletion(0, true, null, 0, 4_000_000_000L, 1)));
            }
        }

        private void deliver(MeasurementSink receiver, int second) {
            deliverer.execute(() -> receiver.interval(
                    SampleMeasurements.interval(second, REQUESTS),
                    SampleMeasurements.records(second * REQUESTS, REQUESTS)));
        }

        @Override
        public void close() {
            stop();
            deliverer.shutdown();
        }
    }
}
