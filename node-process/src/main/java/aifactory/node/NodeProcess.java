package aifactory.node;

import aifactory.node.environment.NodeProblemException;
import aifactory.node.waiting.Signal;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs what a process on a node is there for, and turns its end into an exit code and one line of the log. */
public final class NodeProcess {
    private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);

    private NodeProcess() {}

    /** What the process is there for. */
    @FunctionalInterface
    public interface Work {
        /**
         * Blocks until it is over.
         *
         * @return one of {@link NodeExitCode}
         */
        int run() throws NodeProblemException, InterruptedException;
    }

    /**
     * Runs the work until it is over; blocks the caller. What went wrong is logged as one line of level error.
     *
     * @param name of the process in the log
     * @param terminate ends the work soon; called on a separate thread when the process receives SIGTERM or SIGINT
     * @param terminationPatience how long the exit of the process is delayed so that the work can end; read at the
     *      signal
     * @return one of {@link NodeExitCode}
     */
    public static int run(
            String name,
            Work work,
            Runnable terminate,
            Supplier<Duration> terminationPatience,
            TerminationHook terminationHook) {
        Signal done = new Signal();
        Runnable takeBack = terminationHook.register(() -> {
            terminate.run();
            await(done, terminationPatience.get());
        });
        try {
            return work.run();
        } catch (NodeProblemException e) {
            LOG.error("{}", e.getMessage());
            return NodeExitCode.REFUSED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return NodeExitCode.TERMINATED;
        } catch (RuntimeException e) {
            LOG.error("the {} process failed; this is a defect of the program", name, e);
            return NodeExitCode.INTERNAL_ERROR;
        } finally {
            done.raise();
            takeBack.run();
        }
    }

    private static void await(Signal done, Duration patience) {
        try {
            done.await(patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
