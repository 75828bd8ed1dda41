package aifactory.engine.loop;

import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Starts each request when it is due, independent of earlier ones. A concurrency cap may hold it back; the time it is
 * held back is kept apart from what the client itself is late.
 */
final class OpenLoopDriver implements ArrivalDriver {
    private static final long NOT_HELD = -1;

    private final LoadLoop loop;
    private final int cap;
    private final long timeoutNanos;
    private final long spinNanos;
    private @Nullable EncodedRequest head;
    /** Turns of sessions that are due and held back, in the order in which they became due. */
    private final ArrayDeque<EncodedRequest> dueTurns = new ArrayDeque<>();

    private long capBindsSinceNanos = NOT_HELD;
    private boolean stopped;
    private @Nullable ScheduledFuture<?> timer;

    /**
     * @param cap requests that this event loop may have in flight by the workload's own cap; {@link Integer#MAX_VALUE}
     *      for none
     */
    OpenLoopDriver(LoadLoop loop, int cap, long timeoutNanos, long spinNanos) {
        this.loop = loop;
        this.cap = cap;
        this.timeoutNanos = timeoutNanos;
        this.spinNanos = spinNanos;
    }

    @Override
    public void begin() {
        pump();
    }

    @Override
    public void slotFreed(int failures, long scheduledNanos, int retryAfterSeconds) {
        pump();
    }

    @Override
    public void sessionGoesOn() {
        pump();
    }

    @Override
    public void turnDue(EncodedRequest turn) {
        dueTurns.addLast(turn);
        pump();
    }

    @Override
    public void tick() {
        pump();
    }

    private void pump() {
        while (!stopped) {
            EncodedRequest request = earliest();
            if (request == null) {
                return;
            }
            long now = loop.nanosSinceStart();
            long early = request.scheduledNanos() - now;
            if (early > 0) {
                capBindsSinceNanos = NOT_HELD;
                if (early > spinNanos) {
                    wakeUpIn(early - spinNanos);
                    return;
                }
                now = spinUntil(request.scheduledNanos());
            }
            if (now - request.scheduledNanos() >= timeoutNanos) {
                take(request);
                loop.timedOutBeforeStart(request, capDelay(request, now));
            } else if (loop.inFlight() >= cap) {
                capBindsSinceNanos = capBindsSinceNanos == NOT_HELD ? now : capBindsSinceNanos;
                return;
            } else if (loop.isFull()) {
                return;
            } else {
                take(request);
                loop.launch(request, request.scheduledNanos(), capDelay(request, now), now, 0);
            }
        }
    }

    /** Of the arrivals and of the turns that are due, the one that was due first; null if none is available. */
    private @Nullable EncodedRequest earliest() {
        if (head == null) {
            head = loop.poll();
        }
        return turnIsFirst() ? dueTurns.peekFirst() : head;
    }

    private boolean turnIsFirst() {
        EncodedRequest turn = dueTurns.peekFirst();
        return turn != null && (head == null || turn.scheduledNanos() < head.scheduledNanos());
    }

    /** Takes what {@link #earliest} gave. */
    private void take(EncodedRequest request) {
        if (turnIsFirst()) {
            dueTurns.removeFirst();
        } else {
            head = null;
        }
        loop.recorder().scheduled(request.scheduledNanos());
    }

    /**
     * From when it was due, or the cap began to bind if that was later: what waited behind others was held back too.
     */
    private long capDelay(EncodedRequest request, long now) {
        return capBindsSinceNanos == NOT_HELD ? 0 : now - Math.max(request.scheduledNanos(), capBindsSinceNanos);
    }

    private long spinUntil(long scheduledNanos) {
        long now = loop.nanosSinceStart();
        while (now < scheduledNanos) {
            Thread.onSpinWait();
            now = loop.nanosSinceStart();
        }
        return now;
    }

    private void wakeUpIn(long nanos) {
        loop.dueAt(loop.nanosSinceStart() + nanos);
        if (timer == null || timer.isDone()) {
            timer = loop.eventLoop().schedule(this::wokenUp, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void wokenUp() {
        timer = null;
        pump();
    }

    @Override
    public void stop() {
        stopped = true;
        long now = loop.nanosSinceStart();
        for (EncodedRequest request = earliest();
                request != null && request.scheduledNanos() <= now;
                request = earliest()) {
            take(request);
            loop.cancelledBeforeStart(request, capDelay(request, now));
        }
        head = null;
    }

    @Override
    public boolean isExhausted() {
        return stopped || (head == null && dueTurns.isEmpty() && loop.isQueueExhausted());
    }
}
