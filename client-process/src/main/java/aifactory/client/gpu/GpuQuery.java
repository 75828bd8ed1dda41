package aifactory.client.gpu;

import java.util.List;

/** Asks the node's driver what its GPUs do. */
@FunctionalInterface
public interface GpuQuery {
    /**
     * One reading of each GPU that this process may use; blocks for a bounded time.
     *
     * @throws GpuUnavailableException if there is no GPU, or the driver does not answer
     */
    List<GpuReading> read() throws GpuUnavailableException, InterruptedException;
}
