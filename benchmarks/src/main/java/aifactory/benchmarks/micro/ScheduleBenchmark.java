package aifactory.benchmarks.micro;

import aifactory.benchmarks.BenchmarkLoad;
import aifactory.workload.ArrivalPattern;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.arrival.ArrivalSchedule;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The time of one arrival of a schedule. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets the fields.
public class ScheduleBenchmark {
    @Param({"CONSTANT", "POISSON", "GAMMA"})
    public ArrivalPattern pattern;

    private WorkloadSpecification specification;
    private ArrivalSchedule schedule;

    @Setup
    public void begin() {
        specification =
                BenchmarkLoad.openLoop(pattern, 1000, Duration.ofHours(24)).specification();
        schedule = ArrivalSchedule.of(specification);
    }

    @Benchmark
    public long arrival() {
        long next = schedule.nextNanos();
        if (next == ArrivalSchedule.END) {
            schedule = ArrivalSchedule.of(specification);
            next = schedule.nextNanos();
        }
        return next;
    }
}
