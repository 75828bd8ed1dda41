package aifactory.measurement;

/**
 * The worst of one client over a run.
 *
 * <p>Not thread-safe.
 */
public final class ClientHealthAggregate {
    private double cpuShare;
    private long garbageCollectionPauseNanos;
    private long longestPauseNanos;
    private long clockOffsetNanos;
    private long clockUncertaintyNanos;
    private int sendQueueDepth;
    private long starvedRequests;
    private double openFilesShare;
    private double localPortsShare;
    private long residentBytes;

    void add(ClientHealthSample sample) {
        cpuShare = Math.max(cpuShare, sample.cpuShare());
        garbageCollectionPauseNanos = Math.max(garbageCollectionPauseNanos, sample.garbageCollectionPauseNanos());
        longestPauseNanos = Math.max(longestPauseNanos, sample.longestPauseNanos());
        if (Math.abs(sample.clockOffsetNanos()) > Math.abs(clockOffsetNanos)) {
            clockOffsetNanos = sample.clockOffsetNanos();
        }
        clockUncertaintyNanos = Math.max(clockUncertaintyNanos, sample.clockUncertaintyNanos());
        sendQueueDepth = Math.max(sendQueueDepth, sample.sendQueueDepth());
        starvedRequests = Math.max(starvedRequests, sample.starvedRequests());
        if (sample.openFilesLimit() > 0) {
            openFilesShare = Math.max(openFilesShare, (double) sample.openFiles() / sample.openFilesLimit());
        }
        if (sample.localPortsLimit() > 0) {
            localPortsShare = Math.max(localPortsShare, (double) sample.localPorts() / sample.localPortsLimit());
        }
        residentBytes = Math.max(residentBytes, sample.residentBytes());
    }

    public double cpuShare() {
        return cpuShare;
    }

    public long garbageCollectionPauseNanos() {
        return garbageCollectionPauseNanos;
    }

    public long longestPauseNanos() {
        return longestPauseNanos;
    }

    public long clockOffsetNanos() {
        return clockOffsetNanos;
    }

    public long clockUncertaintyNanos() {
        return clockUncertaintyNanos;
    }

    public int sendQueueDepth() {
        return sendQueueDepth;
    }

    public long starvedRequests() {
        return starvedRequests;
    }

    /** Of the files that the process may open, 0 to 1. */
    public double openFilesShare() {
        return openFilesShare;
    }

    /** Of the ports for connections to one AI server, 0 to 1. */
    public double localPortsShare() {
        return localPortsShare;
    }

    public long residentBytes() {
        return residentBytes;
    }
}
