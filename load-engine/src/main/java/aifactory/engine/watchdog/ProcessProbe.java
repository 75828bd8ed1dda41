package aifactory.engine.watchdog;

/** What the operating system reports about this process and its machine. */
interface ProcessProbe {
    /** CPU time of the process so far. */
    long cpuNanos();

    long openFiles();

    /** Files that the process may have open; 0 when that is not known. */
    long openFilesLimit();

    /** Memory of the process; 0 when that is not known. */
    long residentBytes();

    /** Connections of this network name space that are closed and still hold their ports (TIME_WAIT). */
    long closingConnections();

    /** Ports from which connections to one address can be made; 0 when that is not known. */
    long localPorts();
}
