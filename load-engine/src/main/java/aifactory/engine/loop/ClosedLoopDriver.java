package aifactory.engine.loop;

import java.util.concurrent.TimeUnit;

/**
 * Keeps a number of requests in flight: when one ends, and the think time has passed, its slot starts the next. After a
 * request that failed quickly it waits for longer, see {@link FailureBackoff}.
 */
final class ClosedLoopDriver implements ArrivalDriver {
    private final LoadLoop loop;
    private final long[] slotStartsNanos;
    private final long thinkNanos;
    private final boolean backsOff;
    private final long endNanos;
    /** Slots that are ready for a request but found none encoded; and since when. */
    private int starvedSlots;

    private long starvedSinceNanos;
    private boolean stopped;
    private boolean outOfRequests;
    /** Slots that start their next request, or their first, at a later time. */
    private int thinking;

    /**
     * @param slotStartsNanos when each slot starts its first request, since T0
     * @param backsOff whether a slot waits after a request that failed quickly
     * @param endNanos no request is started from then on, since T0; {@link Long#MAX_VALUE} for no end
     */
    ClosedLoopDriver(LoadLoop loop, long[] slotStartsNanos, long thinkNanos, boolean backsOff, long endNanos) {
        this.loop = loop;
        this.slotStartsNanos = slotStartsNanos;
        this.thinkNanos = thinkNanos;
        this.backsOff = backsOff;
        this.endNanos = endNanos;
    }

    @Override
    public void begin() {
        for (long startNanos : slotStartsNanos) {
            nextIn(startNanos, 0);
        }
    }

    @Override
    public void slotFreed(int failures, long scheduledNanos, int retryAfterSeconds) {
        long waitNanos = thinkNanos;
        if (backsOff && failures > 0) {
            long takenNanos = loop.nanosSinceStart() - scheduledNanos;
            long backoffNanos = FailureBackoff.remainingNanos(failures, takenNanos, retryAfterSeconds);
            if (backoffNanos > thinkNanos) {
                waitNanos = backoffNanos;
                loop.recorder().backedOff(scheduledNanos, backoffNanos - thinkNanos);
            }
        }
        nextIn(waitNanos, failures);
    }

    /** The slot stays with its session. */
    @Override
    public void sessionGoesOn() {}

    @Override
    public void turnDue(EncodedRequest turn) {
        long now = loop.nanosSinceStart();
        if (!stopped && now < endNanos) {
            take(turn, turn.scheduledNanos(), now, 0);
        } else {
            outOfRequests = true;
        }
    }

    private void nextIn(long waitNanos, int failures) {
        if (waitNanos == 0) {
            next(failures);
            return;
        }
        if (waitNanos >= endNanos - loop.nanosSinceStart()) {
            // The load is over by then: the slot has started its last request.
            return;
        }
        thinking++;
        loop.eventLoop()
                .schedule(
                        () -> {
                            thinking--;
                            next(failures);
                            loop.finishIfDone();
                        },
                        waitNanos,
                        TimeUnit.NANOSECONDS);
    }

    private void next(int failures) {
        long now = loop.nanosSinceStart();
        if (stopped || outOfRequests || now >= endNanos) {
            outOfRequests = true;
            return;
        }
        EncodedRequest request = loop.poll();
        if (request != null) {
            take(request, now, now, failures);
        } else if (loop.isQueueExhausted()) {
            outOfRequests = true;
        } else {
            starvedSinceNanos = starvedSlots == 0 ? now : starvedSinceNanos;
            starvedSlots++;
            loop.starved();
        }
    }

    private void take(EncodedRequest request, long scheduledNanos, long now, int failuresBefore) {
        loop.recorder().scheduled(scheduledNanos);
        loop.launch(request, scheduledNanos, 0, now, failuresBefore);
    }

    @Override
    public void tick() {
        while (starvedSlots > 0 && !stopped) {
            long now = loop.nanosSinceStart();
            EncodedRequest request = now >= endNanos ? null : loop.poll();
            if (request == null) {
                if (now >= endNanos || loop.isQueueExhausted()) {
                    outOfRequests = true;
                    starvedSlots = 0;
                }
                return;
            }
            starvedSlots--;
            take(request, starvedSinceNanos, now, 0);
        }
    }

    @Override
    public void stop() {
        stopped = true;
        starvedSlots = 0;
    }

    @Override
    public boolean isExhausted() {
        boolean over = stopped || outOfRequests || loop.nanosSinceStart() >= endNanos;
        return slotStartsNanos.length == 0 || (over && (stopped || thinking == 0));
    }
}
