package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.engine.CountingServer.Fate;
import aifactory.engine.netty.NettyLoadEngine;
import aifactory.measurement.MonotonicClock;
import aifactory.workload.ArrivalPattern;
import aifactory.workload.GroupShare;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A concurrency is never exceeded, as a server counts it, and is reached by a closed loop that does not think. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ConcurrencyTest {
    private static final long SEED = 11;
    private static final long LONGEST_NANOS = 2_000_000;
    private static final List<Fate> ALL_ANSWERED = List.of(Fate.ANSWERED);
    private static final List<Fate> ALL_FATES =
            List.of(Fate.ANSWERED, Fate.ANSWERED, Fate.REFUSED, Fate.CLOSED, Fate.NEVER_ANSWERED);

    static Stream<Arguments> loads() {
        List<Arguments> loads = new ArrayList<>();
        for (int concurrency : new int[] {1, 3, 7}) {
            for (int clients : new int[] {1, 4}) {
                for (String kind : List.of("closed", "thinking", "sessions", "failing", "capped", "capped sessions")) {
                    loads.add(Arguments.of(kind, concurrency, clients));
                }
            }
        }
        return loads.stream();
    }

    @ParameterizedTest(name = "{0}, concurrency {1}, {2} clients")
    @MethodSource("loads")
    void isNeverExceeded(String kind, int concurrency, int clients) throws Exception {
        boolean failing = kind.equals("failing");
        try (CountingServer server = new CountingServer(SEED, failing ? ALL_FATES : ALL_ANSWERED, LONGEST_NANOS)) {
            TestWorkload workload = workload(kind, concurrency);
            List<PreparedLoad> loads = new ArrayList<>();
            List<CollectingSink> sinks = new ArrayList<>();
            try {
                for (int client = 0; client < clients; client++) {
                    loads.add(new NettyLoadEngine(EngineSettings.forCores(2).withoutWarmUp(), MonotonicClock.SYSTEM, 2)
                            .prepare(new LoadPlan(
                                    "run",
                                    "salt",
                                    workload.build(),
                                    List.of(server.address()),
                                    new GroupShare(client, clients))));
                    sinks.add(new CollectingSink(1));
                }
                long start = System.nanoTime() + 5_000_000;
                for (int client = 0; client < clients; client++) {
                    loads.get(client).start(start, sinks.get(client));
                }
                for (CollectingSink sink : sinks) {
                    sink.await();
                }
            } finally {
                loads.forEach(PreparedLoad::close);
            }
            long ended = sinks.stream().mapToLong(CollectingSink::ended).sum();
            assertThat(ended).isEqualTo(200);
            assertThat(server.most())
                    .as("seed %d", SEED)
                    .isLessThanOrEqualTo(concurrency)
                    .isPositive();
            if (kind.equals("closed")) {
                assertThat(server.requests()).isEqualTo(200);
            }
        }
    }

    private static TestWorkload workload(String kind, int concurrency) {
        TestWorkload workload = kind.startsWith("capped")
                ? TestWorkload.open(ArrivalPattern.POISSON, 100_000, Duration.ofMinutes(1))
                : TestWorkload.closed(concurrency, 200);
        workload.concurrency = concurrency;
        workload.count = 200L;
        if (kind.equals("thinking")) {
            workload.thinkTime = Duration.ofMillis(1);
        }
        if (kind.endsWith("sessions")) {
            workload.withTurns(3, Duration.ofMillis(1));
        }
        if (kind.equals("failing")) {
            workload.thinkTime = Duration.ofNanos(100_000);
            workload.timeout = Duration.ofMillis(20);
        }
        return workload;
    }
}
