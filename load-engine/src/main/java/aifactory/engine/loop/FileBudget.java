package aifactory.engine.loop;

import aifactory.engine.LoadRefusedException;
import aifactory.workload.GroupShare;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;

/**
 * How many connections this process may open. Some files are kept back: a process without any cannot even report what
 * it measured.
 *
 * @param limit files that the process may have open
 * @param connections of all event loops together
 */
record FileBudget(long limit, int connections) {
    /** For what else the process needs: its connections to the service, its log, its spool. */
    private static final int KEPT_BACK = 128;

    /** Of this process as it is now. */
    static FileBudget ofThisProcess() {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        return system instanceof UnixOperatingSystemMXBean unix
                ? of(unix.getMaxFileDescriptorCount(), unix.getOpenFileDescriptorCount())
                : new FileBudget(Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    static FileBudget of(long limit, long open) {
        return new FileBudget(limit, Math.clamp(limit - open - KEPT_BACK, 1, Integer.MAX_VALUE));
    }

    /**
     * Makes sure that so many requests can be in flight.
     *
     * @throws LoadRefusedException names the limit and the remedy
     */
    void require(int concurrency) throws LoadRefusedException {
        if (concurrency > connections) {
            throw new LoadRefusedException("concurrency: this client would keep " + concurrency
                    + " connections open, but it may open only " + limit + " files, which leaves " + connections
                    + ": raise 'ulimit -n' for the clients, or use more clients");
        }
    }

    /** One event loop's part. */
    int connectionsOf(GroupShare loop) {
        return Math.max(1, loop.of(connections));
    }
}
