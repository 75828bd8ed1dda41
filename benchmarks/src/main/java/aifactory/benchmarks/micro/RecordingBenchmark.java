package aifactory.benchmarks.micro;

import aifactory.engine.recording.ChunkTimes;
import aifactory.engine.recording.IntervalMerge;
import aifactory.engine.recording.LoopInterval;
import aifactory.engine.recording.LoopRecorder;
import aifactory.engine.recording.RequestEnd;
import aifactory.engine.recording.RequestIdentity;
import aifactory.engine.recording.RequestStamps;
import aifactory.measurement.LatencyHistogram;
import aifactory.measurement.RequestOutcome;
import aifactory.measurement.TokenSource;
import aifactory.workload.WorkloadSpecification;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to record: one latency, and one whole request of 128 chunks with all its gaps. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RecordingBenchmark {
    private static final int CHUNKS = 128;
    /** As many requests as a busy event loop ends in an interval; then the interval is taken as it would be. */
    private static final int REQUESTS_OF_AN_INTERVAL = 1000;

    private final LatencyHistogram histogram = new LatencyHistogram();
    private final LoopRecorder recorder = new LoopRecorder(0, WorkloadSpecification.closedLoop(1));
    private final IntervalMerge merge = new IntervalMerge();
    private final RequestStamps stamps = new RequestStamps();
    private final ChunkTimes times = new ChunkTimes();
    private final RequestIdentity identity = new RequestIdentity(0, 0, null, 0, CHUNKS);
    private final RequestEnd end =
            new RequestEnd(RequestOutcome.COMPLETED, null, null, 200, 256, CHUNKS, TokenSource.USAGE);
    private long nanos;
    private int requests;

    @Benchmark
    public void latency() {
        nanos = (nanos + 7_919) % 50_000_000;
        histogram.record(nanos);
    }

    @Benchmark
    public void request() {
        nanos += 1_000_000;
        stamps.begin(nanos, 0, nanos);
        times.clear();
        stamps.sentNanos = nanos;
        stamps.connectedNanos = nanos;
        long chunkNanos = nanos + 50_000_000;
        for (int i = 0; i < CHUNKS; i++) {
            times.chunk(chunkNanos, true);
            chunkNanos += 10_000_000 + i * 1_000L;
        }
        recorder.ended(identity, stamps, times, end);
        if (++requests == REQUESTS_OF_AN_INTERVAL) {
            takeInterval();
        }
    }

    private void takeInterval() {
        requests = 0;
        LoopInterval interval = recorder.take(1);
        merge.clear();
        merge.add(interval);
        recorder.giveBack(interval);
    }
}
