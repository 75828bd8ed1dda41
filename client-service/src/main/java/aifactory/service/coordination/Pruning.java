package aifactory.service.coordination;

import aifactory.service.ServiceClock;
import aifactory.service.ServicePolicy;
import aifactory.service.groups.ClientManager;
import aifactory.service.groups.Group;
import aifactory.service.groups.GroupClient;
import aifactory.service.groups.PromptFiles;
import aifactory.service.persistence.JournalStore;
import aifactory.service.persistence.StateStore;
import aifactory.service.persistence.StorageException;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes expired data once an hour: lines of the journal, executed commands, prompts of deleted groups. Results
 * and records of runs are kept until a user deletes them. Thread-safe.
 */
public final class Pruning implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pruning.class);
    private static final int MOST_LINES_AT_ONCE = 5_000;
    private static final Duration INTERVAL = Duration.ofHours(1);
    /** A service that just started has more urgent things to do. */
    private static final Duration FIRST = Duration.ofMinutes(1);

    private final ServicePolicy.Retention retention;
    private final ClientManager clients;
    private final StateStore store;
    private final JournalStore journal;
    private final PromptFiles prompts;
    private final ServiceClock clock;
    private final Thread thread;

    public Pruning(
            ServicePolicy.Retention retention,
            ClientManager clients,
            StateStore store,
            JournalStore journal,
            PromptFiles prompts,
            ServiceClock clock) {
        this.retention = retention;
        this.clients = clients;
        this.store = store;
        this.journal = journal;
        this.prompts = prompts;
        this.clock = clock;
        this.thread = clock.threads().lasting("pruning", this::run);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        try {
            clock.threads().sleep(FIRST);
            while (true) {
                try {
                    prune();
                } catch (StorageException | RuntimeException e) {
                    LOG.warn("Expired data could not be deleted; retrying in an hour: {}", e.getMessage());
                }
                clock.threads().sleep(INTERVAL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void prune() throws StorageException, InterruptedException {
        long before =
                clock.epochMillis() - Duration.ofDays(retention.journalDays()).toMillis();
        while (journal.prune(before, retention.journalLines(), MOST_LINES_AT_ONCE) == MOST_LINES_AT_ONCE) {
            // There is more.
        }
        store.clients().pruneCommandsOfDeletedGroups();
        for (Group group : clients.all()) {
            group.lock().lock();
            try {
                for (GroupClient client : group.clients()) {
                    store.clients().pruneCommands(group.key(), client.id(), client.firstKept());
                }
            } finally {
                group.lock().unlock();
            }
        }
        prompts.prune(
                clients.all().stream().map(Group::token).collect(Collectors.toSet()),
                Instant.ofEpochMilli(clock.epochMillis()).minus(INTERVAL));
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
