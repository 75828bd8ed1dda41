package aifactory.server.power;

import java.util.List;

/** Reads the power of devices of this node. Used by one thread. */
interface PowerSource {
    /** The name of the tool, for users. */
    String name();

    /**
     * One reading of each device; blocks for a bounded time.
     *
     * @throws PowerUnavailableException if there are no devices, or the tool does not respond
     */
    List<PowerReading> read() throws PowerUnavailableException, InterruptedException;
}
