package aifactory.engine;

import aifactory.engine.netty.NettyLoadEngine;
import aifactory.measurement.MonotonicClock;
import aifactory.workload.GroupShare;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;

/** Runs whole loads for tests. */
final class EngineRun {
    private EngineRun() {}

    /** Generates the load to its end. */
    static CollectingSink against(URI target, TestWorkload workload) throws Exception {
        return against(List.of(target), workload);
    }

    static CollectingSink against(List<URI> targets, TestWorkload workload) throws Exception {
        return against(targets, workload, EngineSettings.forCores(2).withoutWarmUp());
    }

    static CollectingSink against(List<URI> targets, TestWorkload workload, EngineSettings settings) throws Exception {
        CollectingSink sink = new CollectingSink(targets.size());
        try (PreparedLoad load = prepare(targets, workload, settings)) {
            load.start(System.nanoTime() + 20_000_000, sink);
            sink.await();
        }
        return sink;
    }

    static PreparedLoad prepare(List<URI> targets, TestWorkload workload, EngineSettings settings) throws Exception {
        return prepare(targets, workload, settings, MonotonicClock.SYSTEM, InstantSource.system());
    }

    static PreparedLoad prepare(
            List<URI> targets,
            TestWorkload workload,
            EngineSettings settings,
            MonotonicClock clock,
            InstantSource wallClock)
            throws Exception {
        LoadPlan plan = new LoadPlan("run", "salt", workload.build(), targets, new GroupShare(0, 1));
        return new NettyLoadEngine(settings, clock, wallClock, 2).prepare(plan);
    }
}
