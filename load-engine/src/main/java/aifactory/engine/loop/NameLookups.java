package aifactory.engine.loop;

import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks the names of AI servers up again while a load runs, on a separate thread: replicas come and go behind a name.
 * The virtual machine keeps a result for 30 s, so that more often would find nothing new.
 */
final class NameLookups implements AutoCloseable {
    private static final long INTERVAL_SECONDS = 30;

    private final ScheduledThreadPoolExecutor thread;

    /** Begins; without names among the targets nothing is done. */
    NameLookups(List<TargetAddresses> targets) {
        thread = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("name-lookups").factory());
        List<TargetAddresses> names =
                targets.stream().filter(TargetAddresses::isName).toList();
        if (!names.isEmpty()) {
            var _ = thread.scheduleWithFixedDelay(
                    () -> names.forEach(TargetAddresses::lookUpAgain),
                    INTERVAL_SECONDS,
                    INTERVAL_SECONDS,
                    TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
