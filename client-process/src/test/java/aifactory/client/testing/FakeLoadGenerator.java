package aifactory.client.testing;

import aifactory.engine.LoadCompletion;
import aifactory.engine.LoadGenerator;
import aifactory.engine.LoadPlan;
import aifactory.engine.LoadRefusedException;
import aifactory.engine.MeasurementSink;
import aifactory.engine.PreparedLoad;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Loads whose measurements are defined by a test. */
public final class FakeLoadGenerator implements LoadGenerator {
    private final List<FakeLoad> loads = new CopyOnWriteArrayList<>();
    private final List<LoadPlan> plans = new CopyOnWriteArrayList<>();
    private final Semaphore mayPrepare = new Semaphore(Integer.MAX_VALUE);
    private volatile @Nullable String refusal;

    @Override
    public PreparedLoad prepare(LoadPlan plan) throws LoadRefusedException {
        plans.add(plan);
        try {
            mayPrepare.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadRefusedException("interrupted");
        }
        String why = refusal;
        if (why != null) {
            throw new LoadRefusedException(why);
        }
        FakeLoad load = new FakeLoad();
        loads.add(load);
        return load;
    }

    /** From now on every load is refused. */
    public void refuse(String why) {
        refusal = why;
    }

    /** Preparing blocks until {@link #letPrepare()}. */
    public void holdPreparing() {
        mayPrepare.drainPermits();
    }

    public void letPrepare() {
        mayPrepare.release();
    }

    public List<LoadPlan> plans() {
        return plans;
    }

    /** The load of that place in the order of preparing, once it is prepared. */
    public FakeLoad awaitLoad(int place) {
        Eventually.until("load " + place + " is prepared", () -> loads.size() > place);
        return loads.get(place);
    }

    /** One load. Delivers on a separate thread, as the engine does. */
    public static final class FakeLoad implements PreparedLoad {
        private final ExecutorService deliverer = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("fake-load").factory());
        private volatile @Nullable Long startNanos;
        private volatile @Nullable MeasurementSink sink;
        private volatile boolean stopped;
        private volatile boolean closed;
        private volatile boolean ended;

        @Override
        public void start(long startMonotonicNanos, MeasurementSink receiver) {
            sink = receiver;
            startNanos = startMonotonicNanos;
        }

        @Override
        public void stop() {
            stopped = true;
            if (sink != null) {
                complete();
            }
        }

        @Override
        public void close() {
            stop();
            closed = true;
            deliverer.shutdown();
        }

        public long awaitStart() {
            Eventually.until("the load is started", () -> startNanos != null);
            Long start = startNanos;
            if (start == null) {
                throw new AssertionError("no start");
            }
            return start;
        }

        public boolean isStarted() {
            return startNanos != null;
        }

        public boolean isStopped() {
            return stopped;
        }

        public boolean isClosed() {
            return closed;
        }

        /** Delivers the interval of that second with so many requests and their records. */
        public void deliver(int second, int requests) {
            submit(target -> target.interval(
                    SampleMeasurements.interval(second, requests),
                    SampleMeasurements.records(second * requests, requests)));
        }

        /** Ends the load by itself or by the stop that came before. */
        public void complete() {
            boolean early = stopped;
            submit(target -> {
                if (!ended) {
                    ended = true;
                    target.completed(new LoadCompletion(1_500, early, null, 0, 3_000_000_000L, 2));
                }
            });
        }

        private void submit(Consumer<MeasurementSink> delivery) {
            MeasurementSink target = sink;
            if (target == null) {
                throw new AssertionError("the load was not started");
            }
            if (!deliverer.isShutdown()) {
                deliverer.execute(() -> delivery.accept(target));
            }
        }
    }
}
