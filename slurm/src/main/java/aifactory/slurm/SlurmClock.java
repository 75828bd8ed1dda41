package aifactory.slurm;

import java.time.Duration;
import java.time.Instant;

/** Time, and waiting for time to pass; virtual in tests. */
public interface SlurmClock {
    Instant now();

    /** Waits; returns early only by {@link InterruptedException}. */
    void pause(Duration duration) throws InterruptedException;

    static SlurmClock system() {
        return SystemSlurmClock.INSTANCE;
    }
}
