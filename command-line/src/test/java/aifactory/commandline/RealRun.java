package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.engine.EngineSettings;
import aifactory.engine.LoadCompletion;
import aifactory.engine.LoadPlan;
import aifactory.engine.MeasurementSink;
import aifactory.engine.PreparedLoad;
import aifactory.engine.netty.NettyLoadEngine;
import aifactory.measurement.IntervalMeasurement;
import aifactory.measurement.MonotonicClock;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.RunAggregate;
import aifactory.measurement.ValidityLimits;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunState;
import aifactory.protocol.RunSummary;
import aifactory.protocol.WorkloadRequest;
import aifactory.reporting.RunFacts;
import aifactory.reporting.result.RunResultBuilder;
import aifactory.workload.GroupShare;
import aifactory.workload.ModelMix;
import aifactory.workload.WorkloadSpecification;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Results of loads that the engine really generated. */
final class RealRun {
    private RealRun() {}

    /** Generates the load to its end, from one client. */
    static RunResult of(String workload, List<URI> targets) throws Exception {
        WorkloadSpecification specification =
                JsonFormat.mapper().readValue(workload, WorkloadRequest.class).toSpecification(1, null);
        RunAggregate aggregate = aggregate(specification, targets.size());
        CompletableFuture<LoadCompletion> completed = new CompletableFuture<>();
        MeasurementSink sink = new MeasurementSink() {
            @Override
            public void interval(IntervalMeasurement interval, List<RequestRecord> records) {
                aggregate.add(0, interval);
                aggregate.addRecords(records);
            }

            @Override
            public void completed(LoadCompletion completion) {
                completed.complete(completion);
            }
        };
        LoadPlan plan = new LoadPlan("r1", "salt", specification, targets, new GroupShare(0, 1));
        EngineSettings settings = EngineSettings.forCores(1).withoutWarmUp();
        NettyLoadEngine engine = new NettyLoadEngine(settings, MonotonicClock.SYSTEM, InstantSource.system(), 1);
        LoadCompletion completion;
        try (PreparedLoad load = engine.prepare(plan)) {
            load.start(MonotonicClock.SYSTEM.nanoTime() + 20_000_000, sink);
            completion = completed.get(60, TimeUnit.SECONDS);
        }
        assertThat(completion.error()).isNull();
        assertThat(aggregate.measured().completed()).isPositive();
        return RunResultBuilder.build(facts(specification, aggregate, completion, targets), List.of());
    }

    private static RunAggregate aggregate(WorkloadSpecification specification, int targets) {
        return ModelMix.of(specification)
                .map(models -> new RunAggregate(
                        targets, models.names().size(), record -> models.of(record.index() - record.turn())))
                .orElseGet(() -> new RunAggregate(targets));
    }

    private static RunFacts facts(
            WorkloadSpecification specification, RunAggregate aggregate, LoadCompletion completion, List<URI> targets) {
        List<String> addresses = targets.stream().map(URI::toString).toList();
        return new RunFacts(
                1,
                "r1",
                RunState.COMPLETED,
                specification,
                aggregate,
                ValidityLimits.DEFAULTS,
                List.of(new RunFacts.ClientWindow(completion.windowStartNanos(), completion.windowEndNanos())),
                Map.of(0, "node1"),
                addresses,
                1,
                1,
                List.of(),
                new RunSummary.Provenance(
                        "1",
                        "c",
                        "s",
                        specification.seed(),
                        Map.of("streaming", true),
                        "2026-11-29T12:00:00Z",
                        "2026-11-29T12:01:00Z",
                        addresses,
                        null,
                        Map.of(),
                        0,
                        null),
                null,
                completion.datasetEntries());
    }
}
