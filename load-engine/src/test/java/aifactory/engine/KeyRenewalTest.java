package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.measurement.MonotonicClock;
import aifactory.measurement.RequestCounts;
import aifactory.measurement.ResponseRemark;
import aifactory.workload.ServerAccess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keys that expire or are refused in the course of a load are renewed without a failed request, or named once they
 * cannot be.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class KeyRenewalTest {
    private static final String UNAUTHORIZED =
            Answers.json("{\"error\":{\"message\":\"token expired\"}}").replace("200 OK", "401 Unauthorized");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    /** Accepts a request by its number, from 0, and its head. */
    private static ScriptedServer server(BiPredicate<Integer, String> accepts) throws Exception {
        AtomicInteger numbers = new AtomicInteger();
        return ScriptedServer.plain(exchange -> {
            boolean accepted =
                    accepts.test(numbers.getAndIncrement(), exchange.request().head());
            exchange.send(accepted ? Answers.stream(List.of("a")) : UNAUTHORIZED);
            return true;
        });
    }

    /** Prints token-1, token-2 and so on. */
    private TestWorkload withCounter(TestWorkload workload, String format) throws Exception {
        Path counter = Files.writeString(directory.resolve("counter"), "0");
        String command = "n=$(($(cat " + counter + ")+1)); echo $n > " + counter + "; printf '" + format + "' $n";
        workload.access = new ServerAccess(null, null, null, command, null, null);
        return workload;
    }

    private String timesRun() throws Exception {
        return Files.readString(directory.resolve("counter")).strip();
    }

    /**
     * A run of more than an hour of a clock that the server moves: 30 s for each request, and not beyond the minute
     * before the expiry of the latest token until that has been renewed. The server refuses a token that is older than
     * 30 minutes.
     */
    @Test
    void tokensOfThirtyMinutesAreRenewedInTheCourseOfARunWithoutAFailedRequest() throws Exception {
        TestWorkload workload =
                withCounter(TestWorkload.closed(2, 1_000_000), "{\"access_token\":\"token-%s\",\"expires_in\":1800}");
        Instant start = Instant.parse("2026-11-30T08:00:00Z");
        AtomicReference<Instant> now = new AtomicReference<>(start);
        Map<String, Instant> firstUse = new ConcurrentHashMap<>(Map.of("token-1", start));
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger accepted = new AtomicInteger();
        CompletableFuture<String> third = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            String token = exchange.request().head().replaceAll("(?s).*authorization: Bearer (token-\\d+)\r\n.*", "$1");
            Instant used = firstUse.computeIfAbsent(token, _ -> now.get());
            Duration age = Duration.between(used, now.get());
            boolean isValid = age.compareTo(Duration.ofMinutes(30)) < 0;
            (isValid ? accepted : refused).incrementAndGet();
            exchange.send(isValid ? Answers.stream(List.of("a")) : UNAUTHORIZED);
            String latest = "token-" + firstUse.size();
            if (latest.equals(token) && age.compareTo(Duration.ofMinutes(29)) < 0) {
                now.updateAndGet(time -> time.plusSeconds(30));
            }
            if (token.equals("token-3")) {
                third.complete(token);
            }
            return true;
        })) {
            CollectingSink sink = new CollectingSink(1);
            EngineSettings settings = EngineSettings.forCores(2).withoutWarmUp().withoutKernelStamps();
            try (PreparedLoad load =
                    EngineRun.prepare(List.of(server.address()), workload, settings, MonotonicClock.SYSTEM, now::get)) {
                load.start(System.nanoTime() + 20_000_000, sink);
                third.get(50, TimeUnit.SECONDS);
                load.stop();
                sink.await();
            }
            RequestCounts counts = sink.aggregate().all();
            assertThat(counts.failed()).isZero();
            assertThat(counts.completed()).isGreaterThan(100);
            assertThat(refused).hasValue(0);
            assertThat(Duration.between(start, now.get())).isGreaterThanOrEqualTo(Duration.ofMinutes(58));
            assertThat(Duration.between(start, firstUse.getOrDefault("token-2", start)))
                    .isBetween(Duration.ofMinutes(29), Duration.ofMinutes(30));
            assertThat(timesRun()).isEqualTo("3");
        }
    }

    /** The number of digits changes, so that the head's length does. */
    @Test
    void aRefusedKeyIsRenewedOnceAndTheRequestSentAgain() throws Exception {
        TestWorkload workload = withCounter(TestWorkload.closed(4, 100), "token-%s00000");
        try (ScriptedServer server =
                server((number, head) -> number < 20 || head.contains("authorization: Bearer token-200000\r\n"))) {
            CollectingSink sink = EngineRun.against(server.address(), workload);
            RequestCounts counts = sink.aggregate().all();
            assertThat(counts.errors()).isEmpty();
            assertThat(counts.completed()).isEqualTo(100);
            assertThat(timesRun()).isEqualTo("2");
            assertThat(server.requests()).hasSizeBetween(101, 104);
            int resent = server.requests().size() - 100;
            assertThat(sink.records().stream()
                            .filter(record -> record.response() != null
                                    && record.response().remarks().contains(ResponseRemark.KEY_RENEWED)))
                    .as("requests whose latencies include a refused attempt")
                    .hasSize(resent);
            assertThat(server.requests()).allMatch(request -> request.head().contains("x-request-id: run-"));
            assertThat(server.requests()).allMatch(request -> request.body().endsWith("}"));
        }
    }

    /** It refuses what a valid key asks for: neither is the command run again, nor the request sent again. */
    @Test
    void forbiddenIsNoReasonToRenewTheKey() throws Exception {
        TestWorkload workload = withCounter(TestWorkload.closed(2, 20), "token-%s");
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.send("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
            return true;
        })) {
            CollectingSink sink = EngineRun.against(server.address(), workload);
            assertThat(sink.aggregate().all().errors()).isEqualTo(Map.of("http_client_error", 20L));
            assertThat(server.requests()).hasSize(20);
            assertThat(timesRun()).isEqualTo("1");
        }
    }

    @Test
    void aKeyThatStaysRefusedIsANamedFailure() throws Exception {
        TestWorkload workload = withCounter(TestWorkload.closed(4, 60), "token-%s");
        try (ScriptedServer server = server((number, _) -> number < 20)) {
            CollectingSink sink = EngineRun.against(server.address(), workload);
            assertThat(sink.aggregate().all().errors()).isEqualTo(Map.of("key_refused", 40L));
            assertThat(timesRun()).isEqualTo("2");
            assertThat(sink.records())
                    .filteredOn(record -> record.errorDetail() != null)
                    .allMatch(record -> String.valueOf(record.errorDetail()).contains("token expired"))
                    .noneMatch(record -> String.valueOf(record.errorDetail()).contains("token-"));
        }
    }

    @Test
    void aCommandThatFailsInTheCourseOfTheLoadIsNamed() throws Exception {
        Path first = directory.resolve("first");
        TestWorkload workload = TestWorkload.closed(1, 10);
        workload.access = new ServerAccess(null, null, null, "mkdir " + first + " && echo once || exit 7", null, null);
        try (ScriptedServer server = server((number, _) -> number < 5)) {
            CollectingSink sink = EngineRun.against(server.address(), workload);
            assertThat(sink.aggregate().all().errors()).isEqualTo(Map.of("key_refused", 5L));
            assertThat(sink.records().get(5).errorDetail()).contains("api_key_command ended with exit code 7");
        }
    }

    @Test
    void aFileThatWasWrittenAnewIsReadAgain() throws Exception {
        Path file = Files.writeString(directory.resolve("key"), "old");
        TestWorkload workload = TestWorkload.closed(1, 20);
        workload.apiKeyFile = file.toString();
        workload.access = new ServerAccess(null, null, null, null, "x-api-key", null);
        try (ScriptedServer server = server((number, head) -> {
            if (number == 9) {
                write(file);
            }
            return number < 10 || head.contains("x-api-key: new\r\n");
        })) {
            RequestCounts counts =
                    EngineRun.against(server.address(), workload).aggregate().all();
            assertThat(counts.errors()).isEmpty();
            assertThat(counts.completed()).isEqualTo(20);
        }
    }

    private static void write(Path file) {
        try {
            Files.writeString(file, "new");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aKeyThatCannotBeReadRefusesTheLoad() {
        TestWorkload workload = TestWorkload.closed(1, 1);
        workload.access = new ServerAccess(null, null, null, "exit 9", null, null);
        assertThatThrownBy(() -> EngineRun.against(java.net.URI.create("http://127.0.0.1:9"), workload))
                .isInstanceOf(LoadRefusedException.class)
                .hasMessageContaining("exit code 9");
    }
}
