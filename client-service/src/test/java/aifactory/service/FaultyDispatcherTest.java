package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.service.dispatch.ClientDispatcher;
import aifactory.service.testing.Eventually;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.FaultyDispatcher;
import aifactory.service.testing.TestService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** After any exception of a dispatcher, from any method at any moment, the group can be deleted and its id reused. */
final class FaultyDispatcherTest {
    /** Without these a job cannot be known to be gone, so that its group stays until they work. */
    private static final Set<String> NEEDED_FOR_DELETION = Set.of("awaitEnd", "cancelAndConfirm");

    @TempDir
    Path directory = Path.of("");

    private final FaultyDispatcher dispatcher = new FaultyDispatcher();

    @SuppressWarnings("NullAway.Init")
    private TestService service;

    @BeforeEach
    void start() {
        service = TestService.start(directory);
        service.kill();
        service.seeDispatcherThrough(dispatcher::of);
        service.restart();
    }

    @AfterEach
    void end() {
        dispatcher.mend();
        service.close();
    }

    static Stream<Arguments> faults() {
        List<Supplier<@Nullable Throwable>> kinds = List.of(
                () -> new IllegalStateException("thrown by the test"),
                () -> new StackOverflowError("thrown by the test"),
                () -> new NoClassDefFoundError("thrown by the test"));
        return Arrays.stream(ClientDispatcher.class.getMethods())
                .map(Method::getName)
                .distinct()
                .sorted()
                .filter(name -> !name.equals("close") && !name.equals("insight") && !name.equals("name"))
                .flatMap(name -> kinds.stream()
                        .map(kind -> Arguments.of(
                                name, Objects.requireNonNull(kind.get()).getClass(), kind)));
    }

    @ParameterizedTest(name = "{0} throws {1}")
    @MethodSource("faults")
    void theGroupCanBeDeleted(String method, Class<?> kind, Supplier<@Nullable Throwable> fault) {
        List<FakeClient> clients = service.readyGroup(1, 1);
        service.started(1, clients);
        service.create(2, Map.of("num_clients", 1)).expect(201);

        dispatcher.at(method, fault);
        assertThat(status("POST", TestService.group(3), "{\"num_clients\":1}")).isIn(201, 500);
        assertThat(status("POST", TestService.group(4) + "?dry_run=true", "{\"num_clients\":1}"))
                .isIn(200, 500);
        int deleted = status("DELETE", TestService.group(1), "");
        if (NEEDED_FOR_DELETION.contains(method)) {
            assertThat(deleted).isIn(200, 500);
        } else {
            assertThat(deleted).as("deleted while %s fails", method).isEqualTo(200);
        }
        // The next life of the service meets the fault when it takes the groups up.
        service.killAndRestart();
        // An error ends the monitoring thread, and in a separate process the service; the rest can still delete.
        boolean watches = !method.equals("states") || RuntimeException.class.isAssignableFrom(kind);
        assertThat(service.api().get("/health").status()).isIn(watches ? 200 : 503, 200);
        dispatcher.mend();

        for (long id : new long[] {1, 2, 3}) {
            Eventually.await(
                    "group " + id + " is deleted",
                    () -> status("DELETE", TestService.group(id), ""),
                    status -> status == 200 || status == 404);
            service.create(id, Map.of("num_clients", 1)).expect(201);
        }
    }

    /** The status alone: that the service fails inside is no part of its description. */
    private int status(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(service.address() + path))
                .header("Authorization", "Bearer " + service.token())
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
