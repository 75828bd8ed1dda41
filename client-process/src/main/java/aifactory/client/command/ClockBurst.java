package aifactory.client.command;

import aifactory.client.connection.GroupService;
import aifactory.measurement.MonotonicClock;
import aifactory.node.connection.Reply;
import aifactory.protocol.CommandPoll;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few quick exchanges in a row before a start: polls are held and far apart, so that the best of them is too old or
 * too slow to place T0 to well below a millisecond.
 */
public final class ClockBurst {
    private static final Logger LOG = LoggerFactory.getLogger(ClockBurst.class);

    private final GroupService service;
    private final MonotonicClock clock;
    private final int exchanges;
    private final Duration patience;

    /** @param patience for all exchanges together */
    public ClockBurst(GroupService service, MonotonicClock clock, int exchanges, Duration patience) {
        this.service = service;
        this.clock = clock;
        this.exchanges = exchanges;
        this.patience = patience;
    }

    /** Stops early when the service is slow or away: what is known of its clock has to do then. */
    void run(long afterSequence) throws InterruptedException {
        long endNanos = clock.nanoTime() + patience.toNanos();
        for (int exchange = 0; exchange < exchanges; exchange++) {
            long leftNanos = endNanos - clock.nanoTime();
            if (leftNanos <= 0 || !exchangeOnce(afterSequence, Duration.ofNanos(leftNanos))) {
                LOG.info("the clocks were compared {} times instead of {}", exchange, exchanges);
                return;
            }
        }
    }

    private boolean exchangeOnce(long afterSequence, Duration timeout) throws InterruptedException {
        try {
            return service.exchangeClocks(afterSequence, timeout).get() instanceof Reply.Accepted<CommandPoll>;
        } catch (ExecutionException e) {
            throw new IllegalStateException("an exchange failed unexpectedly", e.getCause());
        }
    }
}
