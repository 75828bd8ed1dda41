package aifactory.measurement;

/**
 * What one client measured in one interval. The intervals of a client are disjoint and, added up, are everything it
 * measured.
 *
 * <p>The histograms hold completed requests of the measured phase only, recorded when the request completed;
 * {@code all} counts every phase.
 *
 * @param startNanos since T0
 * @param endNanos since T0
 * @param inFlight requests started and not ended, at the end of the interval
 * @param allStreamedChunks chunks with content that arrived in the interval, including those of requests that failed
 * @param shares how much of the latencies may be the client's own
 */
public record IntervalMeasurement(
        long startNanos,
        long endNanos,
        RequestCounts all,
        RequestCounts measured,
        int inFlight,
        long allStreamedChunks,
        MetricHistograms histograms,
        ClientHealthSample health,
        ClientShares shares) {

    /** Without any client share, as clients of earlier versions measured: the process stamped what arrived. */
    public IntervalMeasurement(
            long startNanos,
            long endNanos,
            RequestCounts all,
            RequestCounts measured,
            int inFlight,
            long allStreamedChunks,
            MetricHistograms histograms,
            ClientHealthSample health) {
        this(
                startNanos,
                endNanos,
                all,
                measured,
                inFlight,
                allStreamedChunks,
                histograms,
                health,
                withoutShares(measured));
    }

    /** The same with the client shares as they came from elsewhere. */
    public IntervalMeasurement withShares(ClientShares read) {
        return new IntervalMeasurement(
                startNanos, endNanos, all, measured, inFlight, allStreamedChunks, histograms, health, read);
    }

    private static ClientShares withoutShares(RequestCounts measured) {
        ClientShares shares = new ClientShares();
        shares.unboundedRequests(measured.completed());
        return shares;
    }
}
