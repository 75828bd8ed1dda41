package aifactory.engine.stamp;

import aifactory.measurement.MonotonicClock;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerFactory;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The round clocks of the event loops of a group. Thread-safe. */
public final class RoundClocks implements IoHandlerFactory {
    private final IoHandlerFactory factory;
    private final MonotonicClock clock;
    private final Map<ThreadAwareExecutor, RoundClock> made = new ConcurrentHashMap<>();

    public RoundClocks(IoHandlerFactory factory, MonotonicClock clock) {
        this.factory = factory;
        this.clock = clock;
    }

    @Override
    public IoHandler newHandler(ThreadAwareExecutor eventLoop) {
        RoundClock rounds = new RoundClock(factory.newHandler(eventLoop), clock);
        made.put(eventLoop, rounds);
        return rounds;
    }

    /** The clock of one of the event loops that were made of this. */
    public RoundClock of(EventLoop eventLoop) {
        RoundClock rounds = made.get(eventLoop);
        if (rounds == null) {
            throw new IllegalArgumentException("an event loop of another group");
        }
        return rounds;
    }
}
