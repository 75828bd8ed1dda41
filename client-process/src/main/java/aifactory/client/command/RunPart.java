package aifactory.client.command;

import aifactory.client.connection.GroupService;
import aifactory.client.delivery.RunRecorder;
import aifactory.client.waiting.Awaiting;
import aifactory.client.waiting.Backoff;
import aifactory.client.waiting.Sleeper;
import aifactory.engine.LoadCompletion;
import aifactory.engine.LoadRefusedException;
import aifactory.engine.PreparedLoad;
import aifactory.node.connection.Reply;
import aifactory.node.waiting.Signal;
import aifactory.protocol.ArmedMessage;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * This client's part of one run, from PREPARE to the last batch.
 *
 * <p>{@link #work()} runs on a separate thread, which owns the load: it prepares it, reports it armed, waits for its
 * end and releases it. The other methods are quick and may be called from any thread.
 */
final class RunPart {
    private static final Logger LOG = LoggerFactory.getLogger(RunPart.class);

    private final String runId;
    private final Preparation preparation;
    private final RunRecorder recorder;
    private final GroupService service;
    private final PreStart preStart;
    private final Sleeper sleeper;
    private final Backoff backoff;
    /** Whether the service still needs to know that this part is armed or refused. */
    private final Signal settled = new Signal();

    private final Signal ended = new Signal();

    @GuardedBy("this")
    private RunState state = RunState.PREPARING;

    @GuardedBy("this")
    private @Nullable PreparedLoad load;

    @GuardedBy("this")
    private @Nullable Long startNanos;

    /** Makes the load ready; blocks meanwhile. */
    interface Preparation {
        PreparedLoad prepare() throws LoadRefusedException;
    }

    /** What is done between preparing and reporting armed. */
    interface PreStart {
        void run() throws InterruptedException;
    }

    /** @param recorder calls its listener, which has to pass {@code failed} and {@code completed} on to this part */
    RunPart(
            String runId,
            Preparation preparation,
            RunRecorder recorder,
            GroupService service,
            PreStart preStart,
            Sleeper sleeper,
            Backoff backoff) {
        this.runId = runId;
        this.preparation = preparation;
        this.recorder = recorder;
        this.service = service;
        this.preStart = preStart;
        this.sleeper = sleeper;
        this.backoff = backoff;
    }

    String runId() {
        return runId;
    }

    synchronized RunState state() {
        return state;
    }

    /** Waits until everything that was measured is in the spool. @return false when the time passed first */
    boolean awaitEnded(Duration patience) throws InterruptedException {
        return ended.await(patience);
    }

    /** The whole life of the part. */
    void work() {
        try {
            PreparedLoad prepared = prepare();
            if (prepared != null) {
                try (prepared) {
                    live(prepared);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            finish();
        }
    }

    private @Nullable PreparedLoad prepare() throws InterruptedException {
        try {
            return preparation.prepare();
        } catch (LoadRefusedException e) {
            refuse(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("run {}: preparing the load failed", runId, e);
            refuse("preparing the load failed: " + e + "; see the log of this client");
        }
        return null;
    }

    private void live(PreparedLoad prepared) throws InterruptedException {
        preStart.run();
        if (!adopt(prepared)) {
            return;
        }
        report(new ArmedMessage(runId, null));
        while (!ended.await(Duration.ofDays(1))) {
            LOG.warn("run {}: still active", runId);
        }
    }

    private synchronized boolean adopt(PreparedLoad prepared) {
        if (state != RunState.PREPARING) {
            return false;
        }
        load = prepared;
        state = RunState.ARMED;
        if (startNanos != null) {
            begin(prepared, startNanos);
        }
        return true;
    }

    private void refuse(String why) throws InterruptedException {
        LOG.error("run {}: cannot take part: {}", runId, why);
        finish();
        report(new ArmedMessage(runId, why));
    }

    /** Reports to the service until it has acknowledged, or until the report is obsolete. */
    private void report(ArmedMessage message) throws InterruptedException {
        while (!settled.isRaised()) {
            Reply<JsonNode> reply = Awaiting.unless(settled, service.armed(message));
            switch (reply) {
                case null -> {}
                case Reply.Accepted<JsonNode> _ -> {
                    return;
                }
                case Reply.Refused<JsonNode> refused -> {
                    LOG.warn(
                            "run {}: the service does not wait for this client: {} {}",
                            runId,
                            refused.status(),
                            refused.detail());
                    abandon();
                    return;
                }
                case Reply.Unavailable<JsonNode> unavailable -> {
                    LOG.info("run {}: not reported armed yet: {}", runId, unavailable.reason());
                    sleeper.sleep(backoff.next(unavailable.retryAfter()), settled);
                }
            }
        }
    }

    /**
     * Starts at T0, or as soon as the load is prepared.
     *
     * @param startMonotonicNanos T0 on the local monotonic clock
     */
    synchronized void start(long startMonotonicNanos) {
        if (startNanos != null || state == RunState.ENDED) {
            LOG.warn("run {}: ignored an order to start while it is {}", runId, state);
            return;
        }
        startNanos = startMonotonicNanos;
        if (state == RunState.ARMED && load != null) {
            begin(load, startMonotonicNanos);
        }
    }

    /** With the lock held, so that no stop comes between. */
    @GuardedBy("this")
    private void begin(PreparedLoad prepared, long startMonotonicNanos) {
        state = RunState.RUNNING;
        settled.raise();
        prepared.start(startMonotonicNanos, recorder);
    }

    /** Ends the part early; the last batch is spooled in any case. */
    void stop() {
        if (endBeforeStart()) {
            recorder.completed(new LoadCompletion(0, true, null, 0, 0, 0));
        }
    }

    /** Ends the part early; its measurements are discarded. */
    void abandon() {
        if (endBeforeStart()) {
            ended.raise();
        }
    }

    /** @return whether it had not started; a load that has started is stopped, and its completion ends the part */
    private synchronized boolean endBeforeStart() {
        settled.raise();
        return switch (state) {
            case PREPARING, ARMED -> {
                state = RunState.ENDED;
                yield true;
            }
            case RUNNING -> {
                if (load != null) {
                    load.stop();
                }
                yield false;
            }
            case ENDED -> false;
        };
    }

    /** The last batch is in the spool, or there will be none. */
    void finish() {
        synchronized (this) {
            state = RunState.ENDED;
        }
        ended.raise();
    }
}
