package aifactory.slurm;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The machine's clock. */
final class SystemSlurmClock implements SlurmClock {
    static final SystemSlurmClock INSTANCE = new SystemSlurmClock();

    private SystemSlurmClock() {}

    @Override
    public Instant now() {
        return InstantSource.system().instant();
    }

    @Override
    public void pause(Duration duration) throws InterruptedException {
        // Nothing ever counts this down: Slurm does not notify of changes of a job, so only the time limit ends the
        // wait.
        boolean never = new CountDownLatch(1).await(duration.toNanos(), TimeUnit.NANOSECONDS);
        if (never) {
            throw new IllegalStateException("the latch was released unexpectedly");
        }
    }
}
