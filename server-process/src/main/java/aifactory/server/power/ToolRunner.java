package aifactory.server.power;

import java.util.List;

/** Runs a monitoring tool of the node. */
@FunctionalInterface
interface ToolRunner {
    /**
     * What the tool printed; blocks for a bounded time.
     *
     * @throws PowerUnavailableException if there is no such tool, it failed, or it did not end in time
     */
    String run(List<String> command) throws PowerUnavailableException, InterruptedException;
}
