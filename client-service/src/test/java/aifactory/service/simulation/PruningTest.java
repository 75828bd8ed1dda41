package aifactory.service.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.ClientCommand;
import aifactory.protocol.GroupRequest;
import aifactory.protocol.JsonFormat;
import aifactory.service.BuildIdentity;
import aifactory.service.ClientServiceConfiguration;
import aifactory.service.JournalEntry;
import aifactory.service.ServicePolicy;
import aifactory.service.ServiceTimings;
import aifactory.service.composition.ServiceCore;
import aifactory.service.composition.ServiceDependencies;
import aifactory.service.coordination.Pruning;
import aifactory.service.dispatch.JobStatus;
import aifactory.service.groups.Group;
import aifactory.service.groups.PromptFiles;
import aifactory.service.persistence.ClientStore;
import aifactory.service.persistence.Database;
import aifactory.service.persistence.JournalStore;
import aifactory.service.testing.FakeClient;
import aifactory.service.testing.FakeClientDispatcher;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is past its time goes within an hour, by the rule that the operator gave, and nothing else does: days pass in
 * virtual time.
 */
final class PruningTest {
    private static final int JOURNAL_DAYS = 1;
    private static final long JOURNAL_LINES = 6_000;

    @TempDir
    Path directory = Path.of("");

    private final SimulatedThreads threads = new SimulatedThreads(new SplittableRandom(9));
    private final SimulatedThreads.SimulatedProcess process = threads.process("service");
    private final FakeClientDispatcher dispatcher = new FakeClientDispatcher();
    private final List<Throwable> failures = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private Database database;

    @SuppressWarnings("NullAway.Init")
    private ServiceCore core;

    @SuppressWarnings("NullAway.Init")
    private JournalStore journal;

    /** What the simulated service does. */
    @FunctionalInterface
    private interface Task {
        void run() throws Exception;
    }

    @BeforeEach
    void start() throws Exception {
        ClientServiceConfiguration configuration = ClientServiceConfiguration.defaults(
                        directory.resolve("data"), directory.resolve("shared"))
                .withAiServers(List.of(URI.create("http://127.0.0.1:1")))
                .withTimings(rareSupervision());
        Files.createDirectories(configuration.dataDirectory());
        Files.createDirectories(configuration.sharedDirectory().resolve("logs"));
        database = Database.open(configuration.dataDirectory(), null);
        threads.onFailure(failures::add);
        inService(() -> {
            core = ServiceCore.start(
                    configuration,
                    new ServiceDependencies(
                            threads,
                            threads,
                            new SplittableRandom(3),
                            dispatcher,
                            new BuildIdentity("simulated", "none"),
                            process,
                            (targets, request) -> Map.of()),
                    database,
                    URI.create("http://127.0.0.1:8001"));
            journal = new JournalStore(database, core.writer());
            new Pruning(
                            new ServicePolicy.Retention(JOURNAL_DAYS, JOURNAL_LINES),
                            core.clients(),
                            core.store(),
                            journal,
                            new PromptFiles(configuration.sharedDirectory()),
                            core.clock())
                    .start();
        });
    }

    /** Nothing is to be watched, and a day has many turns. */
    private static ServiceTimings rareSupervision() {
        ServiceTimings usual = ServiceTimings.defaults();
        return new ServiceTimings(
                usual.poll(),
                usual.heartbeat(),
                Duration.ofDays(9),
                Duration.ofDays(9),
                usual.arm(),
                usual.startLead(),
                usual.startLeadOfFew(),
                usual.drain(),
                usual.drainGrace(),
                usual.stopGrace(),
                usual.cancelConfirmation(),
                Duration.ofMinutes(10),
                Duration.ofMinutes(10));
    }

    @AfterEach
    void end() {
        process.kill();
        database.close();
    }

    private void inService(Task task) {
        boolean[] done = {false};
        process.start("test", () -> {
            try {
                task.run();
                done[0] = true;
            } catch (Exception e) {
                failures.add(e);
            }
        });
        threads.run(Duration.ofMinutes(5), () -> done[0] || !failures.isEmpty());
        assertThat(failures).isEmpty();
    }

    private List<String> events(String prefix) throws Exception {
        return journal.lines(JournalStore.Filter.NONE, 20_000, 0).stream()
                .map(JournalStore.Line::event)
                .filter(event -> event.startsWith(prefix))
                .toList();
    }

    private void write(String event, int lines) {
        inService(() -> {
            for (int line = 0; line < lines; line++) {
                var _ = core.store()
                        .journal(new JournalEntry(
                                threads.instant().toEpochMilli(),
                                "request",
                                null,
                                null,
                                null,
                                event,
                                null,
                                null,
                                null));
            }
            core.store().flush();
        });
    }

    @Test
    void theJournalIsPrunedEveryHourByAgeAndByNumber() throws Exception {
        threads.run(Duration.ofMinutes(2));
        write("early", 10);
        threads.run(Duration.ofDays(JOURNAL_DAYS).minusHours(2));
        assertThat(events("early")).as("not yet").hasSize(10);
        write("late", 10);
        threads.run(Duration.ofHours(4));
        assertThat(events("early")).as("past its days").isEmpty();
        assertThat(events("late")).hasSize(10);

        write("many", (int) JOURNAL_LINES + 50);
        assertThat(events("")).hasSizeGreaterThan((int) JOURNAL_LINES);
        threads.run(Duration.ofHours(1).plusMinutes(1));
        assertThat(events("")).hasSize((int) JOURNAL_LINES);
        assertThat(events("late")).as("the oldest went").isEmpty();
    }

    @Test
    void commandsAndPromptsGoWithWhatTheyWereFor() throws Exception {
        GroupRequest request =
                JsonFormat.mapper().readValue("{\"num_clients\":1,\"time_limit\":5}", GroupRequest.class);
        Group[] groups = new Group[2];
        inService(() -> {
            for (int id = 0; id < 2; id++) {
                core.clients().creation().create(id + 1, request);
                core.clients().connect(id + 1, FakeClient.registration(0));
                groups[id] = core.clients().require(id + 1);
            }
        });
        Path prompts = directory.resolve("shared/prompts");
        inService(() -> new PromptFiles(directory.resolve("shared")).write(groups[0].token(), List.of("a prompt")));
        Path orphan = Files.writeString(prompts.resolve("0000000000000000.jsonl"), "{}");
        Path recent = Files.writeString(prompts.resolve("1111111111111111.jsonl"), "{}");
        Files.setLastModifiedTime(orphan, FileTime.from(threads.instant().minus(Duration.ofHours(3))));
        Files.setLastModifiedTime(recent, FileTime.from(threads.instant().plus(Duration.ofHours(3))));

        inService(() -> {
            for (int number = 0; number < 5; number++) {
                for (Group group : groups) {
                    group.lock().lock();
                    try {
                        core.clients()
                                .order(
                                        group,
                                        group.clients().getFirst(),
                                        new ClientCommand(
                                                group.clients().getFirst().nextSequence(),
                                                ClientCommand.Kind.STOP,
                                                "r" + number,
                                                null,
                                                null,
                                                null,
                                                null,
                                                null));
                    } finally {
                        group.lock().unlock();
                    }
                }
            }
            core.store().flush();
            // It has carried out three of them.
            core.clients().commands(1, 0, 3, Duration.ZERO);
        });
        dispatcher.end("7001", JobStatus.Phase.COMPLETED, "ended by the test");
        inService(() -> core.supervisor().delete(2));
        assertThat(core.store().clients().commands(groups[0].key(), 0)).hasSize(5);
        assertThat(core.store().clients().commands(groups[1].key(), 0)).hasSizeGreaterThanOrEqualTo(5);

        threads.run(Duration.ofHours(1).plusMinutes(2));
        assertThat(core.store().clients().commands(groups[0].key(), 0))
                .extracting(ClientStore.CommandRow::sequence)
                .as("what was not carried out stays")
                .contains(4L, 5L)
                .doesNotContain(1L);
        assertThat(core.store().clients().commands(groups[1].key(), 0))
                .as("of a deleted group")
                .isEmpty();
        try (Stream<Path> files = Files.list(prompts)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            groups[0].token() + ".jsonl", recent.getFileName().toString());
        }
    }
}
