package aifactory.engine;

import aifactory.measurement.IntervalMeasurement;
import aifactory.measurement.RequestRecord;
import java.util.List;

/** Receives what a load measures. Called by one thread at a time, never by an event loop. */
public interface MeasurementSink {
    /**
     * Takes the measurements of one interval. Its histograms are lent for the time of the call, since they are large
     * and are filled again in the next interval; all else is the receiver's from then on.
     *
     * @param records of the requests that ended in the interval, in no particular order
     */
    void interval(IntervalMeasurement interval, List<RequestRecord> records);

    /** The load has ended; nothing follows. */
    void completed(LoadCompletion completion);
}
