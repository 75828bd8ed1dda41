package aifactory.engine.stamp;

import aifactory.measurement.MonotonicClock;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;

/**
 * Bounds the time since when the sockets reported to an event loop can have been readable: data that was in a socket at
 * the last poll was reported then. Before an event loop sleeps it polls once without waiting; so an event that wakes it
 * has arrived after that, however late it wakes up.
 *
 * <p>Belongs to its event loop.
 */
public final class RoundClock implements IoHandler {
    private final IoHandler handler;
    private final MonotonicClock clock;
    private final NeverBlocking neverBlocking = new NeverBlocking();
    private long lastLookNanos;
    private long arrivedAfterNanos;

    RoundClock(IoHandler handler, MonotonicClock clock) {
        this.handler = handler;
        this.clock = clock;
        this.lastLookNanos = clock.nanoTime();
        this.arrivedAfterNanos = lastLookNanos;
    }

    /** On the monotonic clock: no data that is reported now was in its socket before. */
    public long arrivedAfterNanos() {
        return arrivedAfterNanos;
    }

    @Override
    public int run(IoHandlerContext context) {
        long lookNanos = clock.nanoTime();
        arrivedAfterNanos = lastLookNanos;
        lastLookNanos = lookNanos;
        if (!context.canBlock()) {
            return handler.run(context);
        }
        int handled = handler.run(neverBlocking);
        if (handled > 0) {
            return handled;
        }
        arrivedAfterNanos = lookNanos;
        return handler.run(context);
    }

    @Override
    public void initialize() {
        handler.initialize();
    }

    @Override
    public void prepareToDestroy() {
        handler.prepareToDestroy();
    }

    @Override
    public void destroy() {
        handler.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return handler.register(handle);
    }

    @Override
    public void wakeup() {
        handler.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return handler.isCompatible(handleType);
    }

    private static final class NeverBlocking implements IoHandlerContext {
        @Override
        public boolean canBlock() {
            return false;
        }

        @Override
        public long delayNanos(long currentTimeNanos) {
            return 0;
        }

        @Override
        public long deadlineNanos() {
            return 0;
        }
    }
}
