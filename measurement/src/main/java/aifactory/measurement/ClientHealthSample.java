package aifactory.measurement;

/**
 * How the client process itself fared during one interval.
 *
 * @param cpuShare CPU time of the process over the last five seconds, as a share of the cores allotted to it (1 = all
 *      of them)
 * @param eventLoopLagNanos 99th percentile of how late the event loops ran their probes
 * @param garbageCollectionPauseNanos the longest pause for garbage collection
 * @param longestPauseNanos the longest time in which the process did not run at all, for any reason
 * @param clockOffsetNanos estimated offset of the service's clock from this client's
 * @param clockUncertaintyNanos half the round trip of the best exchange behind that estimate
 * @param sendQueueDepth accepted requests that wait in the client until they may open a connection; the minimum
 * of the last five seconds, since a moment of it is normal
 * @param starvedRequests requests that became due before they were encoded
 * @param openFiles file descriptors in use
 * @param openFilesLimit file descriptors the process may use
 * @param localPorts local ports in use for connections to one AI server, including those in TIME_WAIT
 * @param localPortsLimit ports that there are for connections to one AI server
 * @param residentBytes memory of the process
 */
public record ClientHealthSample(
        double cpuShare,
        long eventLoopLagNanos,
        long garbageCollectionPauseNanos,
        long longestPauseNanos,
        long clockOffsetNanos,
        long clockUncertaintyNanos,
        int sendQueueDepth,
        long starvedRequests,
        long openFiles,
        long openFilesLimit,
        long localPorts,
        long localPortsLimit,
        long residentBytes) {}
