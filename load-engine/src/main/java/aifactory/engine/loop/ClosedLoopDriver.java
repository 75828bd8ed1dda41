package aifactory.engine.loop;

import java.util.concurrent.TimeUnit;

/** Keeps a number of requests in flight: when one ends, and the think time has passed, its slot takes up the next. */
final class ClosedLoopDriver implements ArrivalDriver {
    private final LoadLoop loop;
    private final int slots;
    private final long rampUpNanos;
    private final long thinkNanos;
    private final long endNanos;
    /** Slots that are ready for a request but found none encoded; and since when. */
    private int starvedSlots;

    private long starvedSinceNanos;
    private boolean stopped;
    private boolean outOfRequests;
    /** Slots that take up their next request, or their first, at a later time. */
    private int thinking;

    /**
     * @param slots requests that this event loop keeps in flight
     * @param rampUpNanos over which the slots take up their first requests, evenly spread; 0 for all at once
     * @param endNanos no request is taken up from then on, since T0; {@link Long#MAX_VALUE} for no such end
     */
    ClosedLoopDriver(LoadLoop loop, int slots, long rampUpNanos, long thinkNanos, long endNanos) {
        this.loop = loop;
        this.slots = slots;
        this.rampUpNanos = rampUpNanos;
        this.thinkNanos = thinkNanos;
        this.endNanos = endNanos;
    }

    @Override
    public void begin() {
        for (int slot = 0; slot < slots; slot++) {
            nextIn((long) ((double) rampUpNanos * slot / slots));
        }
    }

    @Override
    public void slotFreed() {
        nextIn(thinkNanos);
    }

    /** The slot stays with its session. */
    @Override
    public void sessionGoesOn() {}

    @Override
    public void turnDue(EncodedRequest turn) {
        long now = loop.nanosSinceStart();
        if (!stopped && now < endNanos) {
            take(turn, turn.scheduledNanos(), now);
        } else {
            outOfRequests = true;
        }
    }

    private void nextIn(long waitNanos) {
        if (waitNanos == 0) {
            next();
            return;
        }
        thinking++;
        loop.eventLoop()
                .schedule(
                        () -> {
                            thinking--;
                            next();
                            loop.finishIfDone();
                        },
                        waitNanos,
                        TimeUnit.NANOSECONDS);
    }

    private void next() {
        long now = loop.nanosSinceStart();
        if (stopped || outOfRequests || now >= endNanos) {
            outOfRequests = true;
            return;
        }
        EncodedRequest request = loop.poll();
        if (request != null) {
            take(request, now, now);
        } else if (loop.isQueueExhausted()) {
            outOfRequests = true;
        } else {
            starvedSinceNanos = starvedSlots == 0 ? now : starvedSinceNanos;
            starvedSlots++;
            loop.starved();
        }
    }

    private void take(EncodedRequest request, long scheduledNanos, long now) {
        loop.recorder().scheduled(scheduledNanos);
        loop.launch(request, scheduledNanos, 0, now);
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
            take(request, starvedSinceNanos, now);
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
        return slots == 0 || (over && (stopped || thinking == 0));
    }
}
