package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.ClientShares;
import aifactory.measurement.Metric;
import aifactory.measurement.MonotonicClock;
import aifactory.measurement.RequestRecord;
import aifactory.workload.TlsSettings;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The client share that the engine reports is correct under any disturbance: compared with a server that logs
 * when it wrote each chunk. The server's own lateness, between reading its clock and writing, is on neither side: it
 * notes the clock before and after.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ClientShareTest {
    private static final Pattern REQUEST_ID = Pattern.compile("(?i)x-request-id: run-(\\d+)");
    private static final int CHUNKS = 12;
    /** Between two chunks; those that are sent while the client stands still lie unread together. */
    private static final long GAP_NANOS = 4_000_000;
    /** What the comparison of the clocks leaves open, and the way through the system. */
    private static final long SLACK_NANOS = 200_000;

    /** When one answer was written, as the server's clock was before and after each chunk. */
    private static final class Written {
        private final List<long[]> chunks = new ArrayList<>();

        private void chunk(ScriptedServer.Exchange exchange, int number) throws IOException {
            long before = System.nanoTime();
            exchange.send(Answers.chunk(Answers.content("chunk" + number)));
            chunks.add(new long[] {before, System.nanoTime()});
        }

        /** The shortest and the longest time that can have passed between two chunks. */
        private long[] between(int from, int to) {
            return new long[] {chunks.get(to)[0] - chunks.get(from)[1], chunks.get(to)[1] - chunks.get(from)[0]};
        }
    }

    private final Map<Long, Written> answers = new ConcurrentHashMap<>();
    private final AtomicInteger pauses = new AtomicInteger();

    private boolean answer(ScriptedServer.Exchange exchange) throws IOException, InterruptedException {
        Matcher id = REQUEST_ID.matcher(exchange.request().head());
        Written written = new Written();
        answers.put(id.find() ? Long.parseLong(id.group(1)) : -1, written);
        exchange.send(Answers.EVENT_STREAM);
        for (int i = 0; i < CHUNKS; i++) {
            TimeUnit.NANOSECONDS.sleep(GAP_NANOS);
            written.chunk(exchange, i);
        }
        exchange.send(Answers.chunk("data: [DONE]\n\n") + "0\r\n\r\n");
        return true;
    }

    @Test
    void theBoundsHoldWhereNothingDisturbs() throws Exception {
        try (ScriptedServer server = ScriptedServer.plain(this::answer)) {
            assertBoundsHold(EngineRun.against(server.address(), workload()));
        }
    }

    /** The event loop stands still again and again, as when the process is stopped. */
    @Test
    void theBoundsHoldWhereTheEventLoopStandsStill() throws Exception {
        try (ScriptedServer server = ScriptedServer.plain(this::answer)) {
            CollectingSink sink = new CollectingSink(1);
            EngineSettings settings = EngineSettings.forCores(1).withoutWarmUp();
            try (PreparedLoad load = EngineRun.prepare(
                    List.of(server.address()), workload(), settings, this::pausing, InstantSource.system())) {
                load.start(System.nanoTime() + 20_000_000, sink);
                sink.await();
            }
            assertThat(pauses.get()).isPositive();
            assertThat(sink.aggregate().clientShares().coalescedChunks()).isPositive();
            assertBoundsHold(sink);
        }
    }

    private long nextPauseNanos = System.nanoTime();

    /** On the event loop, every 30 ms a time in which nothing else happens. */
    private long pausing() {
        if (Thread.currentThread().getName().startsWith("load-") && System.nanoTime() > nextPauseNanos) {
            long until = System.nanoTime() + 10_000_000;
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            nextPauseNanos = until + 20_000_000;
            pauses.incrementAndGet();
        }
        return System.nanoTime();
    }

    @Test
    void theBoundsHoldUnderTls() throws Exception {
        X509Bundle certificate = new CertificateBuilder()
                .ecp256()
                .subject("CN=server")
                .addSanDnsName("localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(certificate.toKeyManagerFactory().getKeyManagers(), null, null);
        try (ScriptedServer server = ScriptedServer.secure(context.getServerSocketFactory(), false, this::answer)) {
            TestWorkload workload = workload();
            workload.tls = new TlsSettings(null, null, null, true);
            assertBoundsHold(EngineRun.against(server.address("localhost"), workload));
        }
    }

    /** The clock by which the kernel stamps is set by an hour during the run. */
    @Test
    void aStepOfTheWallClockIsToldAndVoidsNothing() throws Exception {
        AtomicInteger answered = new AtomicInteger();
        InstantSource setDuringTheRun =
                () -> InstantSource.system().instant().plusSeconds(answered.get() < 20 ? 3_600 : 0);
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            answered.incrementAndGet();
            return answer(exchange);
        })) {
            CollectingSink sink = new CollectingSink(1);
            EngineSettings settings = EngineSettings.forCores(1).withoutWarmUp();
            try (PreparedLoad load = EngineRun.prepare(
                    List.of(server.address()), workload(), settings, MonotonicClock.SYSTEM, setDuringTheRun)) {
                load.start(System.nanoTime() + 20_000_000, sink);
                sink.await();
            }
            ClientShares shares = sink.aggregate().clientShares();
            assertThat(shares.wallClockSteps()).isEqualTo(1);
            assertThat(shares.largestWallClockStepNanos()).isBetween(-3_600_100_000_000L, -3_599_900_000_000L);
            assertBoundsHold(sink);
        }
    }

    @Test
    void withoutStampsOfTheKernelThereAreNoShares() throws Exception {
        try (ScriptedServer server = ScriptedServer.plain(this::answer)) {
            EngineSettings settings = EngineSettings.forCores(1).withoutWarmUp().withoutKernelStamps();
            CollectingSink sink = EngineRun.against(List.of(server.address()), workload(), settings);
            ClientShares shares = sink.aggregate().clientShares();

            assertThat(shares.source()).isEqualTo(ClientShares.Source.PROCESS);
            assertThat(shares.unboundedRequests()).isEqualTo(40);
            assertThat(shares.histograms()).isEmpty();
            assertThat(sink.records()).allSatisfy(record -> {
                assertThat(record.ttftClientShareNanos()).isNull();
                assertThat(record.e2elClientShareNanos()).isNull();
            });
        }
    }

    /** Fifty chunks in one write are one burst of the server's, not chunks that the client left unread. */
    @Test
    void aBurstOfTheServersIsNotTheClients() throws Exception {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            texts.add("chunk" + i);
        }
        String burst = Answers.stream(texts);
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.send(burst);
            return true;
        })) {
            CollectingSink sink = EngineRun.against(server.address(), TestWorkload.closed(1, 50));
            ClientShares shares = sink.aggregate().clientShares();

            assertThat(shares.source()).isEqualTo(ClientShares.Source.KERNEL);
            assertThat(shares.chunks()).isEqualTo(2_500);
            assertThat(shares.coalescedChunks())
                    .as("a busy kernel may deliver a few bursts in parts that wait for each other")
                    .isLessThan(2_500 / 4);
            assertThat(shares.of(Metric.ITL).count()).isEqualTo(50 * 49);
        }
    }

    private static TestWorkload workload() {
        return TestWorkload.closed(4, 40);
    }

    private void assertBoundsHold(CollectingSink sink) {
        ClientShares shares = sink.aggregate().clientShares();
        assertThat(sink.aggregate().measured().completed()).isEqualTo(40);
        assertThat(shares.source()).isEqualTo(ClientShares.Source.KERNEL);
        assertThat(shares.of(Metric.TTFT).count()).isEqualTo(40);
        assertThat(shares.of(Metric.ITL).count()).isEqualTo(40 * (CHUNKS - 1));
        assertThat(sink.records()).allSatisfy(this::assertBoundHolds);
    }

    /** The time from the first chunk to the last, as measured, and the widths of both. */
    private void assertBoundHolds(RequestRecord record) {
        Written written = answers.get(record.index());
        Long first = record.firstChunkNanos();
        Long done = record.doneNanos();
        Long share = record.e2elClientShareNanos();
        Long firstShare = record.ttftClientShareNanos();
        assertThat(written).isNotNull();
        assertThat(first).isNotNull();
        assertThat(done).isNotNull();
        assertThat(share).isNotNull();
        assertThat(firstShare).isNotNull();
        if (written != null && first != null && done != null && share != null && firstShare != null) {
            long[] truth = written.between(0, CHUNKS - 1);
            assertThat(done - first)
                    .as("request %d, shares %d and %d", record.index(), firstShare, share)
                    .isBetween(truth[0] - firstShare - SLACK_NANOS, truth[1] + share + SLACK_NANOS);
        }
    }
}
