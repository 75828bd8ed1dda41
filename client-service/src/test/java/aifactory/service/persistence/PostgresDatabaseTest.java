package aifactory.service.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.measurement.MonotonicClock;
import aifactory.service.JournalEntry;
import aifactory.service.PostgresAddress;
import aifactory.service.ServiceThreads;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract against a real server, and what may become of the connection. */
final class PostgresDatabaseTest extends StateStoreContract {
    @SuppressWarnings("NullAway.Init")
    private static EmbeddedPostgres server;

    private static int databases;

    private String name = "";

    @BeforeAll
    static void startServer() throws IOException {
        server = EmbeddedPostgres.builder().start();
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
    }

    @BeforeEach
    @Override
    void begin() throws StorageException {
        if (name.isEmpty()) {
            name = "service" + databases++;
            execute("CREATE DATABASE " + name);
        }
        super.begin();
    }

    @Override
    Database open() throws StorageException {
        return Database.open(Path.of("/nowhere"), address(name));
    }

    private static PostgresAddress address(String database) {
        return PostgresAddress.parse(
                "postgresql://postgres@127.0.0.1:" + server.getPort() + "/" + database, "postgres");
    }

    private static void execute(String statement) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement running = connection.createStatement()) {
            running.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aSecondServiceIsRefusedForAsLongAsTheFirstRuns() {
        assertThatThrownBy(this::open)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("another Client Service uses the database");
    }

    @Test
    void connectionsThatTheServerEndsAreMadeAnewAndNothingIsLostOrDoubled() throws Exception {
        end();
        try (Database database = open()) {
            StateWriter writer = new StateWriter(database, 1_000, ServiceThreads.SYSTEM, MonotonicClock.SYSTEM);
            try {
                StateStore store = new StateStore(database, writer);
                for (int i = 0; i < 300; i++) {
                    store.journal(new JournalEntry(i, "group", 1L, null, null, "n" + i, null, null, null));
                    if (i % 100 == 50) {
                        execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name
                                + "' AND pid <> pg_backend_pid()");
                    }
                }
                writer.await(store.journal(new JournalEntry(300, "group", 1L, null, null, "last", null, null, null)));
                JournalStore journal = new JournalStore(database, writer);
                assertThat(journal.lines(JournalStore.Filter.NONE, 1_000, 0).reversed())
                        .extracting(JournalStore.Line::atMillis)
                        .containsExactlyElementsOf(java.util.stream.LongStream.rangeClosed(0, 300)
                                .boxed()
                                .toList());
            } finally {
                writer.close();
            }
        }
        begin();
    }

    @Test
    void aCommitWhoseAnswerIsLostIsResolved() throws Exception {
        end();
        try (CuttingProxy proxy = new CuttingProxy(server.getPort())) {
            PostgresAddress through =
                    PostgresAddress.parse("postgresql://postgres@127.0.0.1:" + proxy.port() + "/" + name, "postgres");
            Database database = Database.open(Path.of("/nowhere"), through);
            StateWriter writer = new StateWriter(database, 1_000, ServiceThreads.SYSTEM, MonotonicClock.SYSTEM);
            try (database;
                    writer) {
                StateStore store = new StateStore(database, writer);
                JournalStore journal = new JournalStore(database, writer);
                JournalEntry entry = new JournalEntry(1, "group", 7L, null, null, "made", null, null, null);
                proxy.cutNext(CuttingProxy.Cut.AFTER_COMMIT);
                long key = store.groups()
                        .insert(7, "token", "READY", "{}", "{}", 1, entry)
                        .orElseThrow();
                proxy.cutNext(CuttingProxy.Cut.AFTER_COMMIT);
                store.runs().insert(new RunStore.RunRow("r1", key, 7, "QUEUED", "{}", "{}", 1), entry);
                proxy.cutNext(CuttingProxy.Cut.AFTER_COMMIT);
                assertThat(store.batches().insert("r1", 0, 0, 1, new byte[] {1}))
                        .isEmpty();
                proxy.cutNext(CuttingProxy.Cut.BEFORE_COMMIT);
                assertThatThrownBy(() -> store.runs()
                                .insert(new RunStore.RunRow("ghost", key, 7, "QUEUED", "{}", "{}", 1), entry))
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining("nothing of this was stored");
                proxy.cutNext(CuttingProxy.Cut.BEFORE_COMMIT);
                writer.await(store.journal(new JournalEntry(2, "group", 7L, null, null, "moved", null, null, null)));
                assertThat(proxy.cuts()).isEqualTo(5);
                assertThat(store.groups().current()).hasSize(1);
                assertThat(store.runs().newest(null, 10, 0))
                        .extracting(RunStore.RunRow::runId)
                        .containsExactly("r1");
                assertThat(store.batches().of("r1")).hasSize(1);
                assertThat(journal.lines(JournalStore.Filter.NONE, 10, 0))
                        .extracting(JournalStore.Line::event)
                        .containsExactly("moved", "made", "made");
            }
        }
        begin();
    }

    @Test
    void aRunThatWasGivenUpIsNoGhostInTheNextLife() throws Exception {
        end();
        try (Database real = open()) {
            GivenUpRuns.areNotTakenUp(real);
        }
        begin();
    }

    @Test
    void whatIsWrongIsNamedWithItsRemedy() {
        assertThatThrownBy(() -> Database.open(Path.of("/"), address("nobody_made_it")))
                .hasMessageContaining("nobody_made_it")
                .hasMessageContaining("createdb");
        assertThatThrownBy(() ->
                        Database.open(Path.of("/"), PostgresAddress.parse("postgresql://postgres@127.0.0.1:1/x", null)))
                .hasMessageContaining("127.0.0.1:1/x")
                .hasMessageContaining("check host and port");
        for (String wrong :
                new String[] {"mysql://h/x", "postgresql://h", "postgresql:///x", "::", "postgresql://h/"}) {
            assertThatThrownBy(() -> PostgresAddress.parse(wrong, null))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("postgresql://USER@HOST:PORT/NAME");
        }
        for (String secret : new String[] {"postgresql://me:hunter2@h/x", "postgresql://h/x?password=hunter2"}) {
            assertThatThrownBy(() -> PostgresAddress.parse(secret, null))
                    .hasMessageContaining("~/.pgpass")
                    .hasMessageNotContaining("hunter2");
        }
        assertThat(PostgresAddress.parse("postgres://me@h:5/x?sslmode=require", "secret"))
                .hasToString("postgresql://h:5/x?sslmode=require");
    }
}
