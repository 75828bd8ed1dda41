package aifactory.engine;

import aifactory.measurement.IntervalMeasurement;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.RunAggregate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Collects everything that a load delivers. */
final class CollectingSink implements MeasurementSink {
    private final CompletableFuture<LoadCompletion> completion = new CompletableFuture<>();
    private final List<RequestRecord> records = new ArrayList<>();
    private final RunAggregate aggregate;

    CollectingSink(int targets) {
        aggregate = new RunAggregate(targets);
    }

    @Override
    public synchronized void interval(IntervalMeasurement interval, List<RequestRecord> ended) {
        aggregate.add(0, interval);
        aggregate.addRecords(ended);
        records.addAll(ended);
        notifyAll();
    }

    @Override
    public void completed(LoadCompletion completed) {
        if (!completion.complete(completed)) {
            throw new IllegalStateException("completed twice");
        }
    }

    LoadCompletion await() throws Exception {
        return completion.get(60, TimeUnit.SECONDS);
    }

    synchronized RunAggregate aggregate() {
        return aggregate;
    }

    synchronized List<RequestRecord> records() {
        return List.copyOf(records);
    }

    /** Waits until so many requests have ended. */
    synchronized void awaitEnded(int count) throws InterruptedException {
        while (records.size() < count) {
            wait();
        }
    }

    /** How many requests have ended so far. */
    synchronized int ended() {
        return records.size();
    }
}
