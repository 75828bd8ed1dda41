package aifactory.engine.loop;

import aifactory.engine.EngineSettings;
import aifactory.engine.answer.AnswerKind;
import aifactory.engine.answer.AnswerReader;
import aifactory.engine.answer.SharedScanning;
import aifactory.engine.recording.ChunkTimes;
import aifactory.engine.recording.LoopInterval;
import aifactory.engine.recording.LoopRecorder;
import aifactory.engine.recording.RequestEnd;
import aifactory.engine.recording.RequestIdentity;
import aifactory.engine.recording.RequestStamps;
import aifactory.engine.stamp.LoopStamps;
import aifactory.engine.watchdog.Pulse;
import aifactory.measurement.FailureKind;
import aifactory.measurement.MonotonicClock;
import aifactory.measurement.RequestOutcome;
import aifactory.workload.document.DocumentSchema;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's part of a load: starts requests as its {@link ArrivalDriver} decides, times them out, records them.
 *
 * <p>All but the methods that say otherwise run on the event loop.
 */
final class LoadLoop {
    /** So often is looked for arrivals at least: what is merged before it is read is uncertain by that at most. */
    private static final long TICK_NANOS = 500_000;

    /** So often the lag is sampled; more often, one long wait would hide among many short ones. */
    private static final long LAG_NANOS = 5_000_000;

    private static final long WALL_CLOCK_NANOS = 5_000_000;

    private final EventLoop eventLoop;
    private final LoopPlan plan;
    private final MonotonicClock clock;
    private final RequestQueue queue;
    private final LoopRecorder recorder;
    private final LoopStamps stamps;
    private final ConnectionPool connections;
    private final ArrivalDriver driver;
    private final ActiveRequests active = new ActiveRequests();
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private final Pulse pulse = new Pulse();
    private final SharedScanning sharedScanning = new SharedScanning();
    private byte[] scratch = new byte[64 << 10];
    private long startNanos;
    private long actualStartNanos;
    private long nextTickNanos;
    private long nextLagNanos;
    private long nextWallClockNanos;
    /** When the driver has to start its next request, without waiting for the end of a round. */
    private long dueNanos = Long.MAX_VALUE;

    /** Later turns of sessions that are not due yet. */
    private int turnsToCome;
    /** Requests that have ended and are not recorded yet. */
    private int beingExamined;

    private long starvedRequests;
    private int queuedForConnection;
    private int connectionCount;
    private boolean begun;
    private boolean stopped;
    private @Nullable Future<?> ticker;

    LoadLoop(
            EventLoop eventLoop,
            LoopPlan plan,
            MonotonicClock clock,
            RequestQueue queue,
            LoopRecorder recorder,
            LoopStamps stamps,
            Function<LoadLoop, Connector> connector,
            LoadTargets targets) {
        this.eventLoop = eventLoop;
        this.plan = plan;
        this.clock = clock;
        this.queue = queue;
        this.recorder = recorder;
        this.stamps = stamps;
        this.connections = new ConnectionPool(this, connector.apply(this), targets, clock, plan);
        this.driver = plan.driver(this);
    }

    /**
     * Starts at T0. May be called from any thread.
     *
     * @param startMonotonicNanos T0
     */
    void start(long startMonotonicNanos) {
        eventLoop.execute(() -> {
            TimerSlack.tighten();
            startNanos = startMonotonicNanos;
            long wait = Math.max(0, startMonotonicNanos - clock.nanoTime());
            eventLoop.schedule(this::begin, wait, TimeUnit.NANOSECONDS);
        });
    }

    private void begin() {
        if (finished.isDone()) {
            return;
        }
        begun = true;
        actualStartNanos = clock.nanoTime();
        nextTickNanos = nanosSinceStart() + TICK_NANOS;
        nextLagNanos = nextTickNanos;
        scheduleTick();
        driver.begin();
        finishIfDone();
    }

    /** Ends the load. May be called from any thread. */
    void stop() {
        eventLoop.execute(() -> {
            if (finished.isDone()) {
                return;
            }
            if (begun) {
                driver.stop();
                cancelActive();
                stopped = true;
                finishIfDone();
            } else {
                finish();
            }
        });
    }

    private void cancelActive() {
        for (ActiveRequest request = active.earliest(); request != null; request = active.earliest()) {
            request.connection().cancel("the run was stopped");
        }
    }

    private void scheduleTick() {
        long wait = Math.max(0, nextTickNanos - nanosSinceStart());
        ticker = eventLoop.schedule(this::tick, wait, TimeUnit.NANOSECONDS);
    }

    /** Measures how late the event loop is, ends requests that have timed out, and calls the driver. */
    private void tick() {
        if (finished.isDone()) {
            return;
        }
        long now = nanosSinceStart();
        if (now >= nextLagNanos) {
            recorder.eventLoopLag(Math.max(0, now - Math.max(nextTickNanos, nextLagNanos)));
            nextLagNanos = Math.max(nextLagNanos + LAG_NANOS, now + LAG_NANOS / 2);
        }
        pulse.beat(startNanos + now);
        nextTickNanos = Math.max(nextTickNanos + TICK_NANOS, now + TICK_NANOS / 2);
        timeOut(now);
        if (now >= nextWallClockNanos) {
            stamps.wallClock().sample();
            nextWallClockNanos = now + WALL_CLOCK_NANOS;
        }
        driver.tick();
        finishIfDone();
        if (!finished.isDone()) {
            scheduleTick();
        }
    }

    private void timeOut(long now) {
        for (ActiveRequest request = active.earliest();
                request != null && now - request.stamps.scheduledNanos >= plan.timeoutNanos();
                request = active.earliest()) {
            request.connection().timedOut();
        }
    }

    // What the drivers use.

    EventLoop eventLoop() {
        return eventLoop;
    }

    LoopRecorder recorder() {
        return recorder;
    }

    int inFlight() {
        return active.size();
    }

    /** Whether the process itself is at its limit, independent of the workload. */
    boolean isFull() {
        return active.size() >= plan.maximumInFlight();
    }

    @Nullable
    EncodedRequest poll() {
        return queue.poll();
    }

    /** The driver waits until then, since T0. */
    void dueAt(long nanos) {
        dueNanos = nanos;
    }

    boolean isQueueExhausted() {
        return queue.isExhausted();
    }

    /** A slot was free and no request was encoded. */
    void starved() {
        starvedRequests++;
    }

    /**
     * Takes a request up and sends it.
     *
     * @param failuresBefore requests of the same slot that have failed one after the other before it; 0 in open loop
     */
    void launch(EncodedRequest request, long scheduledNanos, long capDelayNanos, long nowNanos, int failuresBefore) {
        ActiveRequest begun = active.begin(request, scheduledNanos, capDelayNanos, nowNanos);
        begun.failuresBefore = failuresBefore;
        recorder.attempted(scheduledNanos);
        connections.send(begun, nowNanos);
    }

    void timedOutBeforeStart(EncodedRequest request, long capDelayNanos) {
        endBeforeStart(
                request,
                capDelayNanos,
                new RequestEnd(
                        RequestOutcome.FAILED,
                        FailureKind.TIMEOUT_BEFORE_START,
                        "its timeout expired while it waited for the concurrency cap",
                        0,
                        0,
                        0,
                        null));
    }

    void cancelledBeforeStart(EncodedRequest request, long capDelayNanos) {
        endBeforeStart(
                request,
                capDelayNanos,
                new RequestEnd(
                        RequestOutcome.CANCELLED,
                        null,
                        "waiting for the concurrency cap when the run was" + " stopped",
                        0,
                        0,
                        0,
                        null));
    }

    private void endBeforeStart(EncodedRequest request, long capDelayNanos, RequestEnd end) {
        recorder.endedBeforeStart(
                ActiveRequest.identityOf(request), request.scheduledNanos(), capDelayNanos, nanosSinceStart(), end);
    }

    // What the connections use.

    EngineSettings settings() {
        return plan.settings();
    }

    SharedScanning sharedScanning() {
        return sharedScanning;
    }

    AnswerKind answerKind() {
        return plan.answerKind();
    }

    /** Nanoseconds since T0 on the monotonic clock. */
    long nanosSinceStart() {
        return clock.nanoTime() - startNanos;
    }

    /** On the monotonic clock. */
    long nowNanos() {
        return clock.nanoTime();
    }

    /** The same time since T0. */
    long sinceStart(long monotonicNanos) {
        return monotonicNanos - startNanos;
    }

    LoopStamps stamps() {
        return stamps;
    }

    /** Starts the requests that have become due while the event loop was busy with received data. */
    void takeUpDue() {
        if (dueNanos != Long.MAX_VALUE && nanosSinceStart() >= dueNanos) {
            dueNanos = Long.MAX_VALUE;
            driver.tick();
        }
    }

    /** An array to copy a read into, shared by the connections of this event loop. */
    byte[] scratch(int length) {
        if (scratch.length < length) {
            scratch = new byte[Integer.highestOneBit(length) << 1];
        }
        return scratch;
    }

    void streamedChunk() {
        recorder.streamedChunk();
    }

    void release(StreamConnection connection) {
        connections.release(connection);
    }

    void forget(StreamConnection connection) {
        connections.forget(connection);
    }

    /** A connection that was open already has brought an answer. */
    void reuseWorked(int target) {
        connections.reuseWorked(target);
    }

    /** Whether the server has ever answered a second request on one connection. */
    boolean keepsConnections(int target) {
        return connections.keepsConnections(target);
    }

    /** What is sent for a request: with the current key, where that is renewed. */
    byte[] bytes(ActiveRequest request) {
        KeyRenewal keys = plan.keys();
        return keys == null ? request.request().bytes() : keys.bytes(request);
    }

    boolean renewsKey() {
        return plan.keys() != null;
    }

    /**
     * Has the key renewed that a server refused.
     *
     * @param done called on this event loop: with null when there is another key, else with the reason why there is
     *     none
     */
    void renewKey(ActiveRequest request, Consumer<@Nullable String> done) {
        KeyRenewal keys = plan.keys();
        if (keys == null) {
            throw new IllegalStateException("no key to be renewed");
        }
        keys.refused(request.sentKey, problem -> {
            try {
                eventLoop.execute(() -> done.accept(problem));
            } catch (RejectedExecutionException e) {
                // The load has ended, and the request with it.
            }
        });
    }

    /** Sends the request again on a new connection, its stamps unchanged. */
    void sendAgain(ActiveRequest request) {
        request.retried = true;
        connections.sendOnNewConnection(request);
    }

    void retry(ActiveRequest request) {
        request.retried = true;
        connections.reuseFailed(request.request().target());
        connections.sendOnNewConnection(request);
    }

    void record(ActiveRequest request, ChunkTimes times, RequestEnd end) {
        recorder.ended(request.identity(), request.stamps, times, end);
    }

    /**
     * Has the text of a complete answer examined, after which the request is recorded; false where there is nothing to
     * examine, or the examiner's queue is full.
     */
    boolean offerForExamination(ActiveRequest request, ChunkTimes times, RequestEnd end, AnswerReader answer) {
        TextExaminer texts = plan.texts();
        boolean counts = texts.counts() && answer.isAllText();
        byte[] document = texts.checks() ? answer.document() : null;
        boolean checks = document != null && document.length <= DocumentSchema.MOST_BYTES;
        if (!counts && !checks) {
            return false;
        }
        RequestIdentity identity = request.identity();
        RequestStamps stamps = request.stamps.copy();
        ChunkTimes kept = times.copy();
        Consumer<RequestEnd> examined = whole -> eventLoop.execute(() -> {
            beingExamined--;
            recorder.ended(identity, stamps, kept, whole);
            finishIfDone();
        });
        byte[] nothing = new byte[0];
        boolean taken = texts.offer(new TextExaminer.Unexamined(
                end,
                counts,
                checks,
                document == null ? answer.text() : document,
                counts ? answer.reasoningText() : nothing,
                counts ? answer.firstChunkText() : nothing,
                examined));
        beingExamined += taken ? 1 : 0;
        return taken;
    }

    void ended(ActiveRequest request, RequestEnd end) {
        EncodedRequest ending = request.request();
        SessionProgress session = ending.session();
        byte[] answer = request.answer;
        int failures = end.outcome() == RequestOutcome.FAILED ? request.failuresBefore + 1 : 0;
        long scheduledNanos = request.stamps.scheduledNanos;
        active.end(request);
        if (finished.isDone()) {
            return;
        }
        boolean goesOn = ending.followed() && answer != null && end.outcome() == RequestOutcome.COMPLETED;
        if (session != null && answer != null && goesOn) {
            turnsToCome++;
            plan.turns().order(this, session, ending.turn(), answer, nanosSinceStart());
            driver.sessionGoesOn();
        } else if (session != null && isOpenWithout(session)) {
            driver.sessionGoesOn();
        } else {
            Integer retryAfter = end.response().retryAfterSeconds();
            driver.slotFreed(failures, scheduledNanos, retryAfter == null ? 0 : retryAfter);
        }
        finishIfDone();
    }

    /** Whether a session has other active turns than the one that has ended. */
    private static boolean isOpenWithout(SessionProgress session) {
        session.changeOpenTurns(-1);
        return session.openTurns() > 0;
    }

    /** The time from which no request is started, since T0. May be called from any thread. */
    long endNanos() {
        return plan.endNanos();
    }

    /**
     * Turns of a session can be sent when they are due. May be called from any thread.
     *
     * @param next empty when none followed, or the load is over by then
     */
    void turnsEncoded(SessionProgress session, List<EncodedRequest> next) {
        eventLoop.execute(() -> {
            session.changeOpenTurns(next.size() - 1);
            turnsToCome += next.size() - 1;
            if (session.openTurns() == 0) {
                driver.slotFreed(0, nanosSinceStart(), 0);
                finishIfDone();
            }
            for (EncodedRequest turn : next) {
                long wait = Math.max(0, turn.scheduledNanos() - nanosSinceStart());
                eventLoop.schedule(() -> turnDue(turn), wait, TimeUnit.NANOSECONDS);
            }
        });
    }

    private void turnDue(EncodedRequest next) {
        turnsToCome--;
        if (!finished.isDone()) {
            driver.turnDue(next);
            finishIfDone();
        }
    }

    void finishIfDone() {
        boolean nothingToCome = stopped || (turnsToCome == 0 && driver.isExhausted());
        if (begun && active.size() == 0 && beingExamined == 0 && nothingToCome && !finished.isDone()) {
            finish();
        }
    }

    private void finish() {
        if (ticker != null) {
            ticker.cancel(false);
        }
        connections.close();
        finished.complete(null);
    }

    // What the reporter uses, from its own thread.

    CompletableFuture<Void> finished() {
        return finished;
    }

    /** Hands over what was measured since the last call. May be called from any thread. */
    CompletableFuture<LoopInterval> take() {
        return CompletableFuture.supplyAsync(
                () -> {
                    queuedForConnection = connections.waiting();
                    connectionCount = connections.size();
                    recorder.wallClock(stamps.wallClock());
                    return recorder.take(active.size() + beingExamined);
                },
                eventLoop);
    }

    /** May be called from any thread. */
    void giveBack(LoopInterval cleared) {
        eventLoop.execute(() -> recorder.giveBack(cleared));
    }

    Pulse pulse() {
        return pulse;
    }

    /** The real start on the monotonic clock; meaningful once finished. */
    long actualStartNanos() {
        return actualStartNanos;
    }

    /** Requests that waited for their turn to open a connection at the last {@link #take}. */
    int queuedForConnection() {
        return queuedForConnection;
    }

    /** Connections at the last {@link #take}. */
    int connectionCount() {
        return connectionCount;
    }

    long starvedRequests() {
        return starvedRequests;
    }
}
