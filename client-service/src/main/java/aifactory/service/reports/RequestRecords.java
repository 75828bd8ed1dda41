package aifactory.service.reports;

import aifactory.measurement.RequestRecord;
import java.io.IOException;

/** The request records of a run, read from storage each time. */
@FunctionalInterface
public interface RequestRecords {
    /** Passes every record once, client by client. */
    void forEach(Consumer consumer) throws IOException;

    /** Takes one record. */
    @FunctionalInterface
    interface Consumer {
        void accept(RequestRecord request) throws IOException;
    }
}
