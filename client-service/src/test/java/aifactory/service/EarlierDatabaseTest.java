package aifactory.service;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.ClientCommand;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.Measurements;
import aifactory.service.testing.TestService;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database of the previous version is migrated: its groups continue, and its runs can be read. */
final class EarlierDatabaseTest {
    private static final String ENDED = "re7f598a3659a2c07";
    private static final String GOING = "r5afaa5c4e090a12a";
    private static final String START_EPOCH_NANOS = "1795952769727462063";
    private static final String OF_DELETED = "r45851806bb28d430";

    @TempDir
    Path directory = Path.of("");

    private @Nullable TestService service;

    @AfterEach
    void end() {
        if (service != null) {
            service.close();
        }
    }

    private void write(Path file) throws IOException, SQLException {
        Files.createDirectories(file.getParent());
        Flyway.configure(EarlierDatabaseTest.class.getClassLoader())
                .dataSource("jdbc:sqlite:" + file, null, null)
                .locations("classpath:db/sqlite")
                .target("3")
                .load()
                .migrate();
        String rows;
        try (InputStream stream = Objects.requireNonNull(
                EarlierDatabaseTest.class.getResourceAsStream("/aifactory/service/earlier/state-v3.sql"))) {
            // The active run began just now.
            rows = new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .replace(START_EPOCH_NANOS, java.time.Instant.now().toEpochMilli() + "000000");
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String line :
                    rows.lines().filter(line -> line.startsWith("INSERT")).toList()) {
                statement.execute(line);
            }
        }
    }

    @Test
    void itsGroupsGoOnAndItsRunsAreRead() throws Exception {
        Path file = directory.resolve("data/service.db");
        TestService taken = TestService.start(directory);
        service = taken;
        // The jobs continue independently of the service: the dispatcher has to know them.
        for (int number = 0; number < 3; number++) {
            taken.create(number + 1, new HashMap<>(Map.of("num_clients", 1))).expect(201);
        }
        taken.kill();
        for (String suffix : List.of("", "-wal", "-shm")) {
            Files.deleteIfExists(file.resolveSibling(file.getFileName() + suffix));
        }
        write(file);
        taken.dispatcher()
                .rename(Map.of("7000", "7935bc23946760f5", "7001", "f14290cfca2e835d", "7002", "bfec1554dad06ca8"));
        taken.restart();

        assertThat(taken.summary(ENDED).requests().completed()).isEqualTo(12);
        assertThat(taken.summary(OF_DELETED).requests().completed()).isEqualTo(4);
        for (String what : List.of("result", "report", "records", "timeline", "export/csv")) {
            taken.api().get("/api/v1/runs/" + ENDED + "/" + what).expect(200);
        }
        assertThat(taken.api().get("/api/v1/runs/" + GOING).expect(200).text()).contains("\"planned_seconds\":2");
        assertThat(taken.api().get("/api/v1/jobs?deleted=5").expect(200).text()).contains("7001");
        assertThat(taken.api().get("/api/v1/journal?limit=100").expect(200).text())
                .contains("\"submitting\"");

        String secret = secretOf(file);
        List<FakeClient> clients = List.of(
                FakeClient.connect(() -> taken.api().as(secret), 1, 0),
                FakeClient.connect(() -> taken.api().as(secret), 1, 1));
        assertThat(clients.getFirst().poll().stream().map(ClientCommand::sequence))
                .startsWith(1L, 2L, 3L, 4L);
        // It is stored as JSON of that time, without the members that were added since.
        assertThat(clients.get(0)
                        .deliver(Measurements.batch(GOING, 0, 1, 1))
                        .expect(200)
                        .json()
                        .path("durable_through")
                        .asLong(-1))
                .isEqualTo(1);
        clients.get(0).deliver(Measurements.last(GOING, 2, 1, false)).expect(200);
        clients.get(1).deliver(Measurements.last(GOING, 1, 1, false)).expect(200);
        taken.awaitRun(GOING, "completed");
        assertThat(taken.summary(GOING).requests().completed()).isEqualTo(7);
        taken.awaitStatus(1, "ready");
        taken.api().delete(TestService.group(1)).expect(200);
        taken.api().delete(TestService.group(3)).expect(200);
        assertThat(taken.api()
                        .get("/api/v1/journal?event=set%20aside")
                        .expect(200)
                        .text())
                .as("nothing had to be set aside")
                .contains("\"entries\":[]");
    }

    private static String secretOf(Path file) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("SELECT definition FROM client_group WHERE group_key = 1")) {
            return aifactory.protocol.JsonFormat.mapper()
                    .readTree(row.getString(1))
                    .path("secret")
                    .asString("");
        }
    }
}
