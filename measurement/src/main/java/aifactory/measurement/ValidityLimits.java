package aifactory.measurement;

/**
 * Beyond which signs a run is not valid, because the clients themselves distorted it.
 *
 * @param eventLoopLagP99Ms of each client
 * @param cpuShare of the cores allotted to a client, over any five seconds
 * @param scheduleDelayP99Ms of the group; or the share below, whichever is larger
 * @param scheduleDelayShareOfTtft of the median time to first token
 * @param offeredRateShare how far the offered rate may be from the asked one
 * @param longestPauseMs of each client's process
 * @param clockUncertaintyMs of each client
 * @param openFilesShare of the files that a client may open
 * @param localPortsShare of the ports from which a client can connect to one AI server
 * @param sendQueueDepth requests that wait in a client for a connection during five consecutive seconds
 * @param clientShareMs what the clients may have added to a latency; or the share below of the latency, whichever is
 *      larger
 * @param clientShareOfValue of the latency at the same percentile
 */
public record ValidityLimits(
        double eventLoopLagP99Ms,
        double cpuShare,
        double scheduleDelayP99Ms,
        double scheduleDelayShareOfTtft,
        double offeredRateShare,
        double longestPauseMs,
        double clockUncertaintyMs,
        double openFilesShare,
        double localPortsShare,
        int sendQueueDepth,
        double clientShareMs,
        double clientShareOfValue) {

    public static final ValidityLimits DEFAULTS =
            new ValidityLimits(5, 0.85, 5, 0.05, 0.02, 100, 20, 0.95, 0.95, 100, 1, 0.02);
}
