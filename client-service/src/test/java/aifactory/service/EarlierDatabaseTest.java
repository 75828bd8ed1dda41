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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A database of an earlier version is migrated: its groups continue, and its runs can be read. */
final class EarlierDatabaseTest {
    /** A database as a service of that time wrote it. */
    enum Stored {
        VERSION_3(
                "re7f598a3659a2c07",
                "r5afaa5c4e090a12a",
                "1795952769727462063",
                2,
                "r45851806bb28d430",
                List.of("7935bc23946760f5", "f14290cfca2e835d", "bfec1554dad06ca8")),
        /** Of the last commit before names and texts were changed. */
        VERSION_4(
                "r650d2853ba0ab0bf",
                "rf826f8e2860d035b",
                "1796026681583031512",
                60,
                "rf40ee3a6851dfc28",
                List.of("02e11c2b20a9cc33", "fe169d552f156f31", "8079d5b1e1ac320a"));

        private final String ended;
        private final String going;
        private final String startEpochNanos;
        private final int plannedSeconds;
        private final String ofDeleted;

        @SuppressWarnings("ImmutableEnumChecker") // Made by List.of.
        private final List<String> tokens;

        Stored(
                String ended,
                String going,
                String startEpochNanos,
                int plannedSeconds,
                String ofDeleted,
                List<String> tokens) {
            this.ended = ended;
            this.going = going;
            this.startEpochNanos = startEpochNanos;
            this.plannedSeconds = plannedSeconds;
            this.ofDeleted = ofDeleted;
            this.tokens = tokens;
        }

        private String schemaVersion() {
            return name().substring(name().indexOf('_') + 1);
        }
    }

    @TempDir
    Path directory = Path.of("");

    private @Nullable TestService service;

    @AfterEach
    void end() {
        if (service != null) {
            service.close();
        }
    }

    private static void write(Stored stored, Path file) throws IOException, SQLException {
        Files.createDirectories(file.getParent());
        Flyway.configure(EarlierDatabaseTest.class.getClassLoader())
                .dataSource("jdbc:sqlite:" + file, null, null)
                .locations("classpath:db/sqlite")
                .target(stored.schemaVersion())
                .load()
                .migrate();
        String rows;
        String name = "/aifactory/service/earlier/state-v" + stored.schemaVersion() + ".sql";
        try (InputStream stream = Objects.requireNonNull(EarlierDatabaseTest.class.getResourceAsStream(name), name)) {
            // The active run began just now.
            rows = new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .replace(stored.startEpochNanos, java.time.Instant.now().toEpochMilli() + "000000");
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String line :
                    rows.lines().filter(line -> line.startsWith("INSERT")).toList()) {
                statement.execute(line);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void itsGroupsGoOnAndItsRunsAreRead(Stored stored) throws Exception {
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
        write(stored, file);
        taken.dispatcher()
                .rename(Map.of(
                        "7000", stored.tokens.get(0), "7001", stored.tokens.get(1), "7002", stored.tokens.get(2)));
        taken.restart();

        assertThat(taken.summary(stored.ended).requests().completed()).isEqualTo(12);
        assertThat(taken.summary(stored.ofDeleted).requests().completed()).isEqualTo(4);
        for (String what : List.of("result", "report", "records", "timeline", "export/csv")) {
            taken.api().get("/api/v1/runs/" + stored.ended + "/" + what).expect(200);
        }
        assertThat(taken.api().get("/api/v1/runs/" + stored.going).expect(200).text())
                .contains("\"planned_seconds\":" + stored.plannedSeconds);
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
                        .deliver(Measurements.batch(stored.going, 0, 1, 1))
                        .expect(200)
                        .json()
                        .path("durable_through")
                        .asLong(-1))
                .isEqualTo(1);
        clients.get(0).deliver(Measurements.last(stored.going, 2, 1, false)).expect(200);
        clients.get(1).deliver(Measurements.last(stored.going, 1, 1, false)).expect(200);
        taken.awaitRun(stored.going, "completed");
        assertThat(taken.summary(stored.going).requests().completed()).isEqualTo(7);
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
