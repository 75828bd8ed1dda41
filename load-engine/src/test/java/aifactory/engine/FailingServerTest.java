package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.RequestCounts;
import aifactory.workload.ArrivalPattern;
import aifactory.workload.FailurePolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that fails is asked at a bounded rate, and every attempt counts as sent. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FailingServerTest {
    private static final int SLOTS = 4;
    private static final int SECONDS = 2;
    /** The waits between a slot's failures are at least 0.1, 0.2, 0.4, 0.8, 1, 1 … s. */
    private static final int MOST_FAILURES_PER_SLOT = 5 + SECONDS;

    @Test
    void theSlotsOfAClosedLoopBackOffFromAServerThatRefuses() throws Exception {
        RequestCounts counts = run(closedPort(), closed()).aggregate().measured();

        assertThat(counts.errors()).containsOnlyKeys("connection_refused");
        assertThat(counts.sent()).isEqualTo(counts.scheduled()).isEqualTo(counts.failed());
        assertThat(counts.failed()).isBetween((long) SLOTS, (long) SLOTS * MOST_FAILURES_PER_SLOT);
        assertThat(counts.backoffs()).isEqualTo(counts.failed());
        assertThat(counts.backoffNanos())
                .isPositive()
                .isLessThanOrEqualTo(counts.backoffs() * Duration.ofSeconds(1).toNanos());
    }

    @Test
    void theSlotsOfAClosedLoopBackOffFromAServerThatDies() throws Exception {
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.send(Answers.stream(List.of("a")));
            return true;
        })) {
            CollectingSink sink = new CollectingSink(1);
            try (PreparedLoad load = EngineRun.prepare(
                    List.of(server.address()),
                    closed(),
                    EngineSettings.forCores(2).withoutWarmUp())) {
                load.start(System.nanoTime(), sink);
                sink.awaitEnded(100);
                server.die();
                sink.await();
            }
            RequestCounts counts = sink.aggregate().measured();
            assertThat(counts.completed()).isGreaterThanOrEqualTo(100);
            assertThat(counts.failed()).isBetween((long) SLOTS, (long) SLOTS * MOST_FAILURES_PER_SLOT);
            assertThat(counts.sent()).isEqualTo(counts.scheduled());
        }
    }

    @Test
    void aLimitOnRequestsIsBackedOffFromAndItsOwnCause() throws Exception {
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.send("HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n");
            return true;
        })) {
            RequestCounts counts = run(server.address(), closed()).aggregate().measured();

            assertThat(counts.errors()).containsOnlyKeys("rate_limited");
            assertThat(counts.failed()).isLessThanOrEqualTo((long) SLOTS * MOST_FAILURES_PER_SLOT);
            assertThat(server.requests()).hasSize((int) counts.sent());
        }
    }

    @Test
    void withoutBackoffEverySlotGoesOnAtOnce() throws Exception {
        TestWorkload workload = TestWorkload.closed(SLOTS, 500);
        workload.failures = new FailurePolicy(false, null, null);
        RequestCounts counts = run(closedPort(), workload).aggregate().measured();

        assertThat(counts.failed()).isEqualTo(500);
        assertThat(counts.backoffs()).isZero();
    }

    @Test
    void anOpenLoopGoesOnAsScheduledAndItsAttemptsCountAsSent() throws Exception {
        TestWorkload workload = TestWorkload.open(ArrivalPattern.CONSTANT, 80, Duration.ofSeconds(1));
        workload.failures = FailurePolicy.DEFAULT;
        CollectingSink sink = run(closedPort(), workload);
        RequestCounts counts = sink.aggregate().measured();

        assertThat(counts.scheduled()).isEqualTo(80);
        assertThat(counts.sent()).isEqualTo(80);
        assertThat(counts.failed()).isEqualTo(80);
        assertThat(counts.backoffs()).isZero();
        assertThat(sink.aggregate().targets().getFirst().measured().sent()).isEqualTo(80);
    }

    @Test
    void slowFailuresAreNotBackedOffFrom() throws Exception {
        TestWorkload workload = TestWorkload.closed(1, 3);
        workload.failures = FailurePolicy.DEFAULT;
        workload.timeout = Duration.ofMillis(1100);
        try (FullListener server = new FullListener()) {
            RequestCounts counts = run(server.address(), workload).aggregate().measured();

            assertThat(counts.failed()).isEqualTo(3);
            assertThat(counts.backoffs()).isZero();
        }
    }

    private static TestWorkload closed() {
        TestWorkload workload = TestWorkload.closed(SLOTS, 0);
        workload.count = null;
        workload.duration = Duration.ofSeconds(SECONDS);
        workload.failures = FailurePolicy.DEFAULT;
        return workload;
    }

    private static URI closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
    }

    private static CollectingSink run(URI target, TestWorkload workload) throws Exception {
        return EngineRun.against(target, workload);
    }
}
