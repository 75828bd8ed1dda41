package aifactory.slurm.watch;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Polls on a separate virtual thread until closed. */
public final class PollerThread implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(PollerThread.class);
    /** After a fault of this program, not of Slurm. */
    private static final Duration AFTER_FAULT = Duration.ofSeconds(30);

    private final SlurmPoller poller;
    private final Semaphore wakeUp = new Semaphore(0);
    private final Thread thread;

    private PollerThread(SlurmPoller poller) {
        this.poller = poller;
        thread = Thread.ofVirtual().name("slurm-poller").unstarted(this::run);
    }

    public static PollerThread start(SlurmPoller poller) {
        PollerThread started = new PollerThread(poller);
        poller.onHurry(started.wakeUp::release);
        started.thread.start();
        return started;
    }

    private void run() {
        try {
            while (true) {
                boolean hurried = wakeUp.tryAcquire(next().toMillis(), TimeUnit.MILLISECONDS);
                if (hurried) {
                    wakeUp.drainPermits();
                    // Several jobs are submitted together more often than not: one question for all of them.
                    boolean more = wakeUp.tryAcquire(1, TimeUnit.SECONDS);
                    LOGGER.trace("hurried, {}", more ? "again" : "once");
                }
            }
        } catch (InterruptedException e) {
            LOGGER.debug("the poller was ordered to stop");
        }
    }

    private Duration next() throws InterruptedException {
        try {
            return poller.poll();
        } catch (RuntimeException e) {
            LOGGER.error("the poller failed and continues in {} s", AFTER_FAULT.toSeconds(), e);
            return AFTER_FAULT;
        }
    }

    /** Ends the thread, in the middle of a question if need be. */
    @Override
    public void close() {
        poller.onHurry(() -> {});
        thread.interrupt();
        try {
            boolean ended = thread.join(Duration.ofSeconds(10));
            if (!ended) {
                LOGGER.warn("the poller did not stop within 10 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
