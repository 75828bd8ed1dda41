package aifactory.client.connection;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.client.progress.ProcessContext;
import aifactory.client.testing.Contexts;
import aifactory.client.testing.FakeClientService;
import aifactory.client.testing.FakeTime;
import aifactory.client.waiting.EndReason;
import aifactory.node.connection.ServiceHttp;
import aifactory.protocol.ConnectRequest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationTest {
    private static final Duration DEADLINE = Duration.ofMinutes(5);
    private static final ConnectRequest REQUEST = new ConnectRequest(
            "http://127.0.0.1:9000", "4711", "node17", 3, 0, "instance-1", List.of("ib0=10.0.0.1"), 4, "0.1.0");

    private final FakeTime time = new FakeTime();
    private final ProcessContext context = Contexts.virtual(time, 42);
    private final ServiceHttp http = new ServiceHttp(System::nanoTime, null, Duration.ofSeconds(5));
    private final FakeClientService service = new FakeClientService(1);

    @AfterEach
    void close() {
        http.close();
        service.close();
    }

    @Test
    void tellsTheServiceWhoItIs() throws InterruptedException {
        RegistrationOutcome outcome = register(service.uri());

        assertThat(outcome).isInstanceOfSatisfying(RegistrationOutcome.Registered.class, registered -> {
            assertThat(registered.service()).isEqualTo(service.uri());
            assertThat(registered.response().clientId()).isZero();
        });
        assertThat(service.registrations()).containsExactly(REQUEST);
        assertThat(time.sleeps()).isEmpty();
    }

    @Test
    void triesAgainWithJitteredPausesWhileTheServiceIsOverloaded() throws InterruptedException {
        service.fail("connect", 6, 503, "starting");

        assertThat(register(service.uri())).isInstanceOf(RegistrationOutcome.Registered.class);

        assertThat(time.sleeps()).hasSize(6);
        Duration ceiling = Contexts.BACKOFF_BASE;
        for (Duration pause : time.sleeps()) {
            assertThat(pause).isBetween(Duration.ZERO, ceiling);
            ceiling = ceiling.multipliedBy(2);
        }
        assertThat(time.sleeps()).as("drawn, not fixed").doesNotHaveDuplicates();
    }

    @Test
    void triesAgainWhileNobodyListens() throws InterruptedException {
        service.goAway();
        time.onSleep(_ -> {
            if (time.sleeps().size() == 4) {
                service.comeBack();
            }
        });

        assertThat(register(service.uri())).isInstanceOf(RegistrationOutcome.Registered.class);
        assertThat(time.sleeps()).hasSize(4);
    }

    @Test
    void waitsAsLongAsTheServiceAsksFor() throws InterruptedException {
        service.fail("connect", 1, 429, "slow down", Map.of("Retry-After", "7"));

        assertThat(register(service.uri())).isInstanceOf(RegistrationOutcome.Registered.class);
        assertThat(time.sleeps())
                .singleElement()
                .satisfies(pause -> assertThat(pause).isGreaterThanOrEqualTo(Duration.ofSeconds(7)));
    }

    @Test
    void givesUpAtTheDeadlineWithTheLastReason() throws InterruptedException {
        URI dead = Contexts.deadAddress();
        long startNanos = time.nanoTime();

        RegistrationOutcome outcome = register(dead);

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        RegistrationOutcome.GaveUp.class,
                        gaveUp -> assertThat(gaveUp.lastReason()).isEqualTo(dead + " refused the connection"));
        assertThat(Duration.ofNanos(time.nanoTime() - startNanos))
                .isBetween(DEADLINE.minus(Contexts.BACKOFF_CAP), DEADLINE);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 404, 409, 422})
    void takesARefusalForAnAnswer(int status) throws InterruptedException {
        service.fail("connect", 100, status, "because of " + status);

        assertThat(register(service.uri()))
                .isEqualTo(new RegistrationOutcome.Refused(service.uri(), status, "because of " + status));
        assertThat(service.received("connect")).hasSize(1);
        assertThat(time.sleeps()).isEmpty();
    }

    @Test
    void registersOnceThoughTheAnswerIsLost() throws InterruptedException {
        service.loseAnswers("connect", 2);

        RegistrationOutcome outcome = register(service.uri());

        assertThat(service.registrations())
                .as("the same process asks three times")
                .hasSize(3);
        assertThat(service.registrations()).containsOnly(REQUEST);
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        RegistrationOutcome.Registered.class,
                        registered ->
                                assertThat(registered.response().clientId()).isZero());
    }

    @Test
    void triesAllAddressesTogetherAndTakesTheOneThatAnswers() throws InterruptedException {
        try (FakeClientService stranger = new FakeClientService(99)) {
            List<URI> services = List.of(Contexts.deadAddress(), stranger.uri(), service.uri());

            RegistrationOutcome outcome = registration(services).register(DEADLINE);

            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            RegistrationOutcome.Registered.class,
                            registered -> assertThat(registered.service()).isEqualTo(service.uri()));
            assertThat(time.sleeps()).isEmpty();
        }
    }

    @Test
    void aRefusalOfOneAddressIsNotFinalWhileAnotherIsAway() throws InterruptedException {
        service.goAway();
        time.onSleep(_ -> service.comeBack());
        try (FakeClientService stranger = new FakeClientService(99)) {
            RegistrationOutcome outcome =
                    registration(List.of(stranger.uri(), service.uri())).register(DEADLINE);

            assertThat(outcome).isInstanceOf(RegistrationOutcome.Registered.class);
        }
    }

    @Test
    void triesOnWhenSomethingElseAnswers() throws InterruptedException {
        service.answer("connect", 1, 200, "<html>a proxy's page</html>");
        service.answer("connect", 1, 200, "{\"status\":\"registered\"}");

        assertThat(register(service.uri())).isInstanceOf(RegistrationOutcome.Registered.class);
        assertThat(time.sleeps()).hasSize(2);
    }

    @Test
    void endsWhenTheProcessHasToEnd() throws InterruptedException {
        time.onSleep(_ -> context.ending().request(EndReason.TERMINATED));

        assertThat(register(Contexts.deadAddress())).isEqualTo(new RegistrationOutcome.Ended());
        assertThat(time.sleeps()).hasSize(1);
    }

    private RegistrationOutcome register(URI address) throws InterruptedException {
        return registration(List.of(address)).register(DEADLINE);
    }

    private Registration registration(List<URI> services) {
        return new Registration(http, services, 1, REQUEST, context, Duration.ofSeconds(10));
    }
}
