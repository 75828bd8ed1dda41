package aifactory.reporting.comparison;

import aifactory.measurement.RequestOutcome;
import aifactory.measurement.RequestRecord;
import aifactory.measurement.RunPhase;
import aifactory.measurement.TokenSource;
import aifactory.protocol.RunSummary;
import aifactory.reporting.RequestRecordSource;
import aifactory.reporting.SampleRun;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A server whose speed wanders: each request depends on the one before (an autoregressive process), as with a queue,
 * and has a long tail.
 */
public final class SimulatedServer {
    private static final RunSummary SUMMARY = summaryOfAnyRun();

    private SimulatedServer() {}

    private static RunSummary summaryOfAnyRun() {
        SampleRun run = new SampleRun();
        run.failureShare = 0;
        return run.result().summary();
    }

    static ComparedRun run(String name, long seed, int requests, double slowness) {
        return new ComparedRun(name, SUMMARY, RequestRecordSource.of(records(seed, requests, slowness)));
    }

    /** A run of a server with another memory. */
    static ComparedRun run(String name, long seed, int requests, double slowness, double memory) {
        return new ComparedRun(name, SUMMARY, RequestRecordSource.of(records(seed, requests, slowness, memory)));
    }

    /** Records of completed requests; {@code slowness} 1.1 is a server ten per cent slower. */
    public static List<RequestRecord> records(long seed, int requests, double slowness) {
        return records(seed, requests, slowness, 0.8);
    }

    /**
     * @param memory how much of one request's slowness goes over to the next, 0 to below 1; the spread stays the same
     */
    private static List<RequestRecord> records(long seed, int requests, double slowness, double memory) {
        double innovation = 0.1 * Math.sqrt(1 - memory * memory);
        SplittableRandom random = new SplittableRandom(seed);
        List<RequestRecord> records = new ArrayList<>();
        double state = 0;
        long scheduled = 0;
        for (int i = 0; i < requests; i++) {
            scheduled += (long) (-Math.log(1 - random.nextDouble()) * 20e6);
            state = memory * state + innovation * random.nextGaussian();
            double tail = random.nextDouble() < 0.03 ? 1 + random.nextDouble() : 1;
            double speed = slowness * Math.exp(state);
            int tokens = 40 + random.nextInt(40);
            long started = scheduled + 50_000;
            long first = started + (long) (50e6 * speed * tail * Math.exp(0.1 * random.nextGaussian()));
            long done = first + (long) (10e6 * speed * (tokens - 1));
            records.add(new RequestRecord(
                    i,
                    i % 4,
                    0,
                    null,
                    0,
                    RunPhase.MEASURED,
                    RequestOutcome.COMPLETED,
                    scheduled,
                    0,
                    started,
                    null,
                    started,
                    first,
                    first,
                    done,
                    256,
                    tokens,
                    TokenSource.USAGE,
                    tokens,
                    0,
                    200,
                    null,
                    null));
        }
        return records;
    }
}
