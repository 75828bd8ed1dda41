package aifactory.client.delivery;

import aifactory.client.connection.ServiceClock;
import aifactory.client.progress.LogContext;
import aifactory.engine.LoadCompletion;
import aifactory.engine.MeasurementSink;
import aifactory.measurement.ClientHealthSample;
import aifactory.measurement.ClockOffset;
import aifactory.measurement.IntervalMeasurement;
import aifactory.measurement.RequestRecord;
import aifactory.protocol.BatchMessage;
import aifactory.protocol.BatchMessage.ClientCompletion;
import aifactory.protocol.GpuMessage;
import aifactory.protocol.IntervalMessage;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Numbers what one run measures into batches and spools them. Once the spool overflows, the rest of the run is not
 * kept, and the last batch says so.
 *
 * <p>Called by the engine, one thread at a time, never an event loop: encoding and compressing happen here.
 */
public final class RunRecorder implements MeasurementSink {
    private static final Logger LOG = LoggerFactory.getLogger(RunRecorder.class);

    private final String runId;
    private final BatchSpool spool;
    private final ServiceClock serviceClock;
    private final LogContext log;
    private final Listener listener;
    private final Supplier<@Nullable GpuMessage> gpus;

    @GuardedBy("this")
    private long nextSequence;

    @GuardedBy("this")
    private @Nullable String failure;

    @GuardedBy("this")
    private boolean completed;

    /** Called with what is recorded, on the engine's thread. */
    public interface Listener {
        void interval(IntervalMeasurement interval);

        /** No more can be stored: the load should be stopped. */
        void failed();

        /** The last batch is spooled. */
        void completed();
    }

    /** @param gpus what the GPUs did since it was last asked; null where there is nothing to tell */
    public RunRecorder(
            String runId,
            BatchSpool spool,
            ServiceClock serviceClock,
            LogContext log,
            Listener listener,
            Supplier<@Nullable GpuMessage> gpus) {
        this.gpus = gpus;
        this.runId = runId;
        this.spool = spool;
        this.serviceClock = serviceClock;
        this.log = log;
        this.listener = listener;
    }

    @Override
    public void interval(IntervalMeasurement interval, List<RequestRecord> records) {
        log.run(() -> record(interval, records));
    }

    private synchronized void record(IntervalMeasurement interval, List<RequestRecord> records) {
        listener.interval(interval);
        if (failure != null || completed) {
            return;
        }
        try {
            IntervalMessage message = BatchEncoder.message(interval, withClock(interval.health()));
            boolean first = true;
            for (List<RequestRecord> part : BatchEncoder.split(records, BatchMessage.MAXIMUM_RECORDS)) {
                BatchMessage batch = new BatchMessage(
                        runId, nextSequence, false, first ? message : null, part, null, first ? gpus.get() : null);
                spool.add(runId, nextSequence, BatchEncoder.encode(batch));
                nextSequence++;
                first = false;
            }
        } catch (SpoolOverflowException e) {
            fail(e.getMessage() + "; the measurements from " + interval.startNanos() / 1_000_000
                    + " ms after the start on is missing");
        } catch (RuntimeException e) {
            LOG.error("run {}: an interval could not be recorded", runId, e);
            fail("recording: " + e);
        }
    }

    @GuardedBy("this")
    private void fail(String why) {
        failure = why;
        LOG.error("run {}: {}", runId, why);
        listener.failed();
    }

    @Override
    public synchronized void completed(LoadCompletion completion) {
        if (completed) {
            return;
        }
        completed = true;
        ClientCompletion message = new ClientCompletion(
                completion.actualStartOffsetNanos(),
                completion.stopped(),
                failure == null ? completion.error() : failure,
                completion.windowStartNanos(),
                completion.windowEndNanos(),
                completion.eventLoops(),
                completion.datasetEntries());
        BatchMessage last = new BatchMessage(runId, nextSequence, true, null, List.of(), message);
        spool.addLast(runId, nextSequence, BatchEncoder.encode(last));
        nextSequence++;
        listener.completed();
    }

    private ClientHealthSample withClock(ClientHealthSample health) {
        Optional<ClockOffset> offset = serviceClock.offsetFromTimeOfDay();
        return new ClientHealthSample(
                health.cpuShare(),
                health.eventLoopLagNanos(),
                health.garbageCollectionPauseNanos(),
                health.longestPauseNanos(),
                offset.map(ClockOffset::offsetNanos).orElse(health.clockOffsetNanos()),
                offset.map(ClockOffset::uncertaintyNanos).orElse(health.clockUncertaintyNanos()),
                health.sendQueueDepth(),
                health.starvedRequests(),
                health.openFiles(),
                health.openFilesLimit(),
                health.localPorts(),
                health.localPortsLimit(),
                health.residentBytes());
    }
}
