package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.ConnectRequest;
import aifactory.service.dispatch.JobStatus;
import aifactory.service.testing.Answer;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.TestService;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may register, and that a registration sent twice counts once. */
final class RegistrationTest {
    private static final String CONNECT = "/api/v1/client-group/1/connect";

    @TempDir
    Path directory = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private TestService service;

    @BeforeEach
    void start() {
        service = TestService.start(directory);
        service.create(1, Map.of("num_clients", 2)).expect(201);
        service.create(2, Map.of("num_clients", 2)).expect(201);
    }

    @AfterEach
    void end() {
        service.close();
    }

    private Answer register(long secretOfGroup, ConnectRequest request) {
        return service.api().as(service.secretOf(secretOfGroup)).post(CONNECT, request);
    }

    @Test
    void theSameProcessKeepsItsNumber() {
        Answer first = register(1, FakeClient.registration(0)).expect(201);
        assertThat(first.json().path("status").asString("")).isEqualTo("registered");
        assertThat(first.json().path("client_address").asString("")).isEqualTo("http://127.0.0.1:19000");
        Answer again = register(1, FakeClient.registration(0)).expect(201);
        assertThat(again.json().path("client_id").asInt(-1))
                .isEqualTo(first.json().path("client_id").asInt(-2));
        assertThat(service.show(1).info().registered()).isEqualTo(1);
    }

    @Test
    void moreProcessesThanWereAskedForAreRefused() {
        register(1, FakeClient.registration(0)).expect(201);
        register(1, FakeClient.registration(1)).expect(201);
        assertThat(register(1, FakeClient.registration(2)).expect(409).detail()).contains("has all its 2 clients");
        assertThat(service.show(1).info().clients()).hasSize(2);
    }

    @Test
    void onlyTheGroupsOwnSecretIsAccepted() {
        register(2, FakeClient.registration(0)).expect(401);
        service.api()
                .as("0".repeat(64))
                .post(CONNECT, FakeClient.registration(0))
                .expect(401);
        service.api().as(null).post(CONNECT, FakeClient.registration(0)).expect(401);
        assertThat(service.show(1).info().clients()).isEmpty();
    }

    @Test
    void theSecretIsNobodyElsesToRead() throws Exception {
        Path file = service.dispatcher().orders().getFirst().secretFile();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
        assertThat(service.api().get(TestService.group(1)).text()).doesNotContain(service.secretOf(1));
        service.api().delete(TestService.group(1)).expect(200);
        assertThat(file).doesNotExist();
    }

    @Test
    void addressesThatAreNoneAreRefused() {
        for (String address : new String[] {"", "10.0.0.1:9000", "ftp://10.0.0.1", "http://", "http://user:x@h:1"}) {
            Answer refused = register(1, new ConnectRequest(address, null, null, null, null, null, null, null, null));
            assertThat(refused.expect(422).json().path("field").asString("")).isEqualTo("client_address");
        }
        service.api().as(service.secretOf(1)).post(CONNECT, Map.of()).expect(422);
        assertThat(service.show(1).info().clients()).isEmpty();
    }

    @Test
    void aGroupThatHasEndedTakesNobody() {
        service.dispatcher().end("7000", JobStatus.Phase.FAILED, "node failure");
        service.awaitStatus(1, "failed");
        register(1, FakeClient.registration(0)).expect(409);
    }

    @Test
    void processesWithoutNumbersAreToldApartByInstanceAndAddress() {
        ConnectRequest one = new ConnectRequest("http://10.0.0.1:9000", null, null, null, null, "a", null, null, null);
        ConnectRequest other =
                new ConnectRequest("http://10.0.0.1:9000", null, null, null, null, "b", null, null, null);
        assertThat(register(1, one).expect(201).json().path("client_id").asInt(-1))
                .isZero();
        assertThat(register(1, other).expect(201).json().path("client_id").asInt(-1))
                .isOne();
        assertThat(register(1, one).expect(201).json().path("client_id").asInt(-1))
                .isZero();
    }
}
