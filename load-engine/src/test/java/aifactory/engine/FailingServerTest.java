package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.RequestCounts;
import aifactory.measurement.RequestObservations;
import aifactory.measurement.ResponseDetails;
import aifactory.workload.ArrivalPattern;
import aifactory.workload.FailurePolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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
    void aSlotWaitsAsTheServerAsksButNotForLongerThanTheLongestBackoff() throws Exception {
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.send("HTTP/1.1 503 Service Unavailable\r\nretry-after: 86400\r\ncontent-length: 0\r\n\r\n");
            return true;
        })) {
            RequestCounts counts = run(server.address(), closed()).aggregate().measured();

            // At 0 s and 1 s; each would wait for less than a second without the server's word.
            assertThat(counts.failed()).isBetween((long) SLOTS, (long) SLOTS * SECONDS);
            assertThat(counts.backoffNanos())
                    .isLessThanOrEqualTo(
                            counts.backoffs() * Duration.ofSeconds(1).toNanos());
        }
    }

    @Test
    void anOpenLoopDoesNotWaitAsTheServerAsks() throws Exception {
        TestWorkload workload = TestWorkload.open(ArrivalPattern.CONSTANT, 40, Duration.ofSeconds(1));
        workload.failures = FailurePolicy.DEFAULT;
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.send("HTTP/1.1 429 Too Many Requests\r\nretry-after: 30\r\ncontent-length: 0\r\n\r\n");
            return true;
        })) {
            CollectingSink sink = run(server.address(), workload);

            assertThat(sink.aggregate().measured().sent()).isEqualTo(40);
            assertThat(sink.aggregate().observations().retryAfter())
                    .isEqualTo(new RequestObservations.RetryAfter(40, 30, 30));
        }
    }

    static Stream<Arguments> waits() {
        String date = "date: Sun, 29 Nov 2026 12:00:00 GMT\r\n";
        return Stream.of(
                Arguments.of("429 Too Many Requests", "Retry-After: 7\r\n", 7),
                Arguments.of("503 Service Unavailable", "retry-after:  120 \r\n", 120),
                Arguments.of("500 Internal Server Error", "RETRY-AFTER: 0\r\n", 0),
                Arguments.of("429 Too Many Requests", "retry-after: 0.2\r\n", 1),
                Arguments.of("429 Too Many Requests", "retry-after: 99999999999999999999999\r\n", 86_400),
                Arguments.of("503 S", date + "retry-after: Sun, 29 Nov 2026 12:01:30 GMT\r\n", 90),
                Arguments.of("503 S", "retry-after: Sun, 29 Nov 2026 12:01:30 GMT\r\n" + date, 90),
                Arguments.of("503 S", date + "retry-after: Sun, 29 Nov 2026 11:00:00 GMT\r\n", 0),
                Arguments.of("503 S", date + "retry-after: Fri, 31 Dec 9999 23:59:59 GMT\r\n", 86_400),
                // Without the server's own time: long past, and long to come, by any clock.
                Arguments.of("503 S", "retry-after: Mon, 01 Jan 2001 00:00:00 GMT\r\n", 0),
                Arguments.of("503 S", "date: now\r\nretry-after: Fri, 31 Dec 9999 23:59:59 GMT\r\n", 86_400),
                Arguments.of("429 T", "retry-after: -5\r\n", null),
                Arguments.of("429 T", "retry-after: soon\r\n", null),
                Arguments.of("429 T", "retry-after:\r\n", null),
                Arguments.of("429 T", "retry-after: 1e9\r\n", null),
                Arguments.of("429 T", "retry-after: Sun, 99 Nov 2026 12:00:00 GMT\r\n", null),
                Arguments.of("429 T", "retry-after: " + "9".repeat(3_000) + "\r\n", 86_400),
                Arguments.of("302 Found", "retry-after: 5\r\n", null));
    }

    @ParameterizedTest
    @MethodSource("waits")
    void howLongTheServerAsksToWaitIsRecorded(String status, String fields, @Nullable Integer seconds)
            throws Exception {
        for (boolean streaming : new boolean[] {true, false}) {
            TestWorkload workload = TestWorkload.closed(1, 2);
            workload.streaming = streaming;
            if (seconds != null && seconds > 5) {
                // The text of answers is kept then, which is another way to read them.
                workload.withTurns(2, Duration.ZERO);
            }
            try (ScriptedServer server = ScriptedServer.plain(exchange -> {
                exchange.send("HTTP/1.1 " + status + "\r\n" + fields + "content-length: 2\r\n\r\n{}");
                return true;
            })) {
                CollectingSink sink = run(server.address(), workload);

                assertThat(sink.records())
                        .isNotEmpty()
                        .allSatisfy(
                                record -> assertThat(Objects.requireNonNullElse(record.response(), ResponseDetails.NONE)
                                                .retryAfterSeconds())
                                        .isEqualTo(seconds));
                assertThat(sink.aggregate().observations().retryAfter().responses())
                        .isEqualTo(seconds == null ? 0 : sink.records().size());
            }
        }
    }

    @Test
    void aCompleteResponseAsksForNothing() throws Exception {
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.send(Answers.stream(List.of("a")).replaceFirst("\r\n", "\r\nretry-after: 5\r\n"));
            return true;
        })) {
            CollectingSink sink = run(server.address(), TestWorkload.closed(1, 5));

            assertThat(sink.aggregate().measured().completed()).isEqualTo(5);
            assertThat(sink.aggregate().observations().throttled()).isZero();
            assertThat(sink.aggregate().observations().retryAfter().responses()).isZero();
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
