package aifactory.client.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.client.connection.ServiceClock;
import aifactory.client.progress.LogContext;
import aifactory.client.testing.FakeTime;
import aifactory.client.testing.SampleMeasurements;
import aifactory.engine.LoadCompletion;
import aifactory.measurement.ClockOffsetEstimator;
import aifactory.measurement.IntervalMeasurement;
import aifactory.measurement.LatencyHistogram;
import aifactory.measurement.Metric;
import aifactory.measurement.RequestRecord;
import aifactory.protocol.BatchFormat;
import aifactory.protocol.BatchMessage;
import aifactory.protocol.IntervalMessage;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RunRecorderTest {
    private static final LoadCompletion COMPLETION = new LoadCompletion(1_500, false, null, 0, 3_000_000_000L, 2);

    private final List<String> told = new ArrayList<>();

    @Test
    void splitsAnIntervalOfManyRecordsAndSendsItsFiguresOnce() throws Exception {
        try (BatchSpool spool = new BatchSpool(SpoolLimits.DEFAULTS)) {
            RunRecorder recorder = recorder(spool);
            int count = 2 * BatchMessage.MAXIMUM_RECORDS + 1;
            List<RequestRecord> records = SampleMeasurements.records(0, count);
            recorder.interval(SampleMeasurements.interval(0, count), records);
            recorder.completed(COMPLETION);

            List<BatchMessage> batches = drain(spool);
            assertThat(batches).extracting(BatchMessage::sequence).containsExactly(0L, 1L, 2L, 3L);
            assertThat(batches)
                    .extracting(batch -> batch.records().size())
                    .containsExactly(BatchMessage.MAXIMUM_RECORDS, BatchMessage.MAXIMUM_RECORDS, 1, 0);
            assertThat(batches)
                    .extracting(batch -> batch.interval() != null)
                    .containsExactly(true, false, false, false);
            assertThat(batches).extracting(BatchMessage::last).containsExactly(false, false, false, true);
            assertThat(batches.stream().flatMap(batch -> batch.records().stream()))
                    .containsExactlyElementsOf(records);
        }
    }

    @Test
    void carriesEveryFigureOfAnInterval() throws Exception {
        try (BatchSpool spool = new BatchSpool(SpoolLimits.DEFAULTS)) {
            IntervalMeasurement interval = SampleMeasurements.interval(4, 7);
            recorder(spool).interval(interval, List.of());

            IntervalMessage message =
                    Objects.requireNonNull(drain(spool).getFirst().interval());
            assertThat(message.startNanos()).isEqualTo(interval.startNanos());
            assertThat(message.endNanos()).isEqualTo(interval.endNanos());
            assertThat(message.all()).isEqualTo(interval.all());
            assertThat(message.measured()).isEqualTo(interval.measured());
            assertThat(message.inFlight()).isEqualTo(interval.inFlight());
            assertThat(message.allStreamedChunks()).isEqualTo(interval.allStreamedChunks());
            assertThat(message.health()).isEqualTo(interval.health());
            assertThat(message.histograms()).containsOnlyKeys(Metric.E2EL.jsonName());
            LatencyHistogram histogram = LatencyHistogram.decode(
                    Objects.requireNonNull(message.histograms().get(Metric.E2EL.jsonName())));
            assertThat(histogram.count()).isEqualTo(7);
        }
    }

    @Test
    void anOverflowFailsTheRunByNameAndNothingAfterItIsKept() throws Exception {
        try (BatchSpool spool = new BatchSpool(new SpoolLimits(3_000, null, 0))) {
            RunRecorder recorder = recorder(spool);
            recorder.interval(SampleMeasurements.interval(0, 1), SampleMeasurements.records(0, 1));
            recorder.interval(SampleMeasurements.interval(1, 9_000), SampleMeasurements.records(1, 9_000));
            recorder.interval(SampleMeasurements.interval(2, 1), SampleMeasurements.records(9_001, 1));
            recorder.completed(COMPLETION);

            assertThat(told).containsExactly("interval 0", "interval 1000", "failed", "interval 2000", "completed");
            List<BatchMessage> batches = drain(spool);
            assertThat(batches).extracting(BatchMessage::sequence).containsExactly(0L, 1L);
            BatchMessage.ClientCompletion completion =
                    Objects.requireNonNull(batches.getLast().completion());
            assertThat(completion.error())
                    .startsWith("spool_overflow: ")
                    .contains("3000 are allowed")
                    .contains("the measurements from 1000 ms after the start on is missing");
        }
    }

    @Test
    void completesOnce() throws Exception {
        try (BatchSpool spool = new BatchSpool(SpoolLimits.DEFAULTS)) {
            RunRecorder recorder = recorder(spool);
            recorder.completed(COMPLETION);
            recorder.completed(COMPLETION);

            assertThat(drain(spool)).hasSize(1);
            assertThat(told).containsExactly("completed");
        }
    }

    private RunRecorder recorder(BatchSpool spool) {
        ServiceClock clock =
                new ServiceClock(new ClockOffsetEstimator(), new FakeTime(), () -> Instant.ofEpochSecond(1));
        return new RunRecorder(
                "run-1",
                spool,
                clock,
                new LogContext(1),
                new RunRecorder.Listener() {
                    @Override
                    public void interval(IntervalMeasurement interval) {
                        told.add("interval " + interval.startNanos() / 1_000_000);
                    }

                    @Override
                    public void failed() {
                        told.add("failed");
                    }

                    @Override
                    public void completed() {
                        told.add("completed");
                    }
                },
                () -> null);
    }

    private static List<BatchMessage> drain(BatchSpool spool) throws IOException, InterruptedException {
        List<BatchMessage> batches = new ArrayList<>();
        while (spool.size() > 0) {
            SpooledBatch first = Objects.requireNonNull(spool.awaitFirst());
            batches.add(BatchFormat.decode(first.content()));
            spool.removeBefore(first.runId(), first.sequence() + 1);
        }
        return batches;
    }
}
