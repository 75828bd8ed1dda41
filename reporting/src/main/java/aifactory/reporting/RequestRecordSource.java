package aifactory.reporting;

import aifactory.measurement.RequestRecord;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The request records of a run, of which there may be more than fit in memory. Each {@link #open()} begins a new pass
 * over all of them.
 */
@FunctionalInterface
public interface RequestRecordSource {
    /** Begins a pass. The caller closes it. */
    Pass open() throws IOException;

    /** One pass over the records, in no particular order. Owned by one thread at a time. */
    interface Pass extends AutoCloseable {
        /** The next record, null after the last. */
        @Nullable
        RequestRecord next() throws IOException;

        @Override
        void close() throws IOException;
    }

    /** The records of a list. */
    static RequestRecordSource of(List<RequestRecord> records) {
        return () -> passOver(records.iterator());
    }

    /** A pass over what an iterator yields. */
    static Pass passOver(Iterator<RequestRecord> records) {
        return new Pass() {
            @Override
            public @Nullable RequestRecord next() {
                return records.hasNext() ? records.next() : null;
            }

            @Override
            public void close() {}
        };
    }
}
