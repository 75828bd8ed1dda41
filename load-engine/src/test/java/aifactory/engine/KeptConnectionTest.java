package aifactory.engine;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.measurement.RequestCounts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Connections that a server closes while they are idle cost no request, and a request that a server has read is not
 * sent again.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class KeptConnectionTest {
    private static final int IDLE_MILLIS = 520;

    /** The server gives up a connection just when the next request is due: every order of the two occurs. */
    @Test
    void idleConnectionsThatTheServerClosesCostNothing() throws Exception {
        TestWorkload workload = TestWorkload.closed(40, 200);
        workload.thinkTime = Duration.ofMillis(IDLE_MILLIS);
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.closeWhenIdleFor(IDLE_MILLIS);
            exchange.send(Answers.stream(List.of("a")));
            return true;
        })) {
            RequestCounts counts =
                    EngineRun.against(server.address(), workload).aggregate().all();

            assertThat(counts.errors()).isEmpty();
            assertThat(counts.completed()).isEqualTo(200);
            assertThat(server.requests()).hasSize(200);
        }
    }

    @Test
    void connectionsThatTheServerClosesAfterEveryAnswerCostNothing() throws Exception {
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            exchange.send(Answers.stream(List.of("a")));
            return false;
        })) {
            RequestCounts counts = EngineRun.against(server.address(), TestWorkload.closed(4, 200))
                    .aggregate()
                    .all();

            assertThat(counts.errors()).isEmpty();
            assertThat(counts.completed()).isEqualTo(200);
            assertThat(server.requests()).hasSize(200);
        }
    }

    @Test
    void aRequestThatTheServerHasReadIsNotSentAgain() throws Exception {
        AtomicInteger numbers = new AtomicInteger();
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            boolean answers = numbers.getAndIncrement() % 4 != 3;
            if (answers) {
                exchange.send(Answers.stream(List.of("a")));
            }
            return answers;
        })) {
            RequestCounts counts = EngineRun.against(server.address(), TestWorkload.closed(1, 40))
                    .aggregate()
                    .all();

            assertThat(counts.errors()).isEqualTo(Map.of("closed_before_answer", 10L));
            assertThat(server.requests()).hasSize(40);
        }
    }

    @Test
    void aResetOfABusyConnectionIsAFailure() throws Exception {
        AtomicInteger numbers = new AtomicInteger();
        try (ScriptedServer server = ScriptedServer.plain(exchange -> {
            boolean answers = numbers.getAndIncrement() % 4 != 3;
            if (answers) {
                exchange.send(Answers.stream(List.of("a")));
            } else {
                exchange.reset();
            }
            return answers;
        })) {
            RequestCounts counts = EngineRun.against(server.address(), TestWorkload.closed(1, 40))
                    .aggregate()
                    .all();

            assertThat(counts.errors()).isEqualTo(Map.of("connection_reset", 10L));
            assertThat(server.requests()).hasSize(40);
        }
    }
}
