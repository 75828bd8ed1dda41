package aifactory.service.coordination;

import aifactory.measurement.RequestRecord;
import aifactory.protocol.BatchMessage;
import aifactory.service.RequestRefusedException;
import aifactory.service.ServiceClock;
import aifactory.service.groups.ClientManager;
import aifactory.service.groups.Group;
import aifactory.service.persistence.StateStore;
import aifactory.service.persistence.StorageException;
import aifactory.service.runs.BatchCodec;
import aifactory.service.runs.BatchConflict;
import aifactory.service.runs.CheckedBatch;
import aifactory.service.runs.Run;
import aifactory.service.runs.RunPart;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/** Takes the batches of clients: each is counted in trial, stored, and counted then, once. Thread-safe. */
final class BatchIntake {
    private static final Logger LOG = LoggerFactory.getLogger(BatchIntake.class);

    private final StateStore store;
    private final ServiceClock clock;
    private final ClientManager clients;
    private final RunEnding ending;

    BatchIntake(StateStore store, ServiceClock clock, ClientManager clients, RunEnding ending) {
        this.store = store;
        this.clock = clock;
        this.clients = clients;
        this.ending = ending;
    }

    /**
     * A client's batch.
     *
     * @return the number up to which the client's batches are durable
     * @throws BatchConflict when the batch does not follow the last durable one
     */
    long deliver(Group group, int clientId, CheckedBatch checked)
            throws StorageException, InterruptedException, BatchConflict {
        BatchMessage batch = checked.message();
        Run run;
        RunPart part;
        group.lock().lock();
        try {
            clients.heard(group, ClientManager.requireClient(group, clientId));
            run = group.currentRun();
            part = run == null || !run.runId().equals(batch.runId()) ? null : run.part(clientId);
        } finally {
            group.lock().unlock();
        }
        if (run == null || part == null) {
            return afterTheEnd(group, clientId, checked);
        }
        part.delivery().lock();
        try {
            if (batch.sequence() < part.nextSequence()) {
                requireSame(checked, store.batches().body(batch.runId(), clientId, batch.sequence()));
                return part.nextSequence() - 1;
            }
            if (batch.sequence() > part.nextSequence()) {
                throw new BatchConflict(batch.runId(), batch.sequence(), part.nextSequence());
            }
            if (part.completion() != null) {
                throw RequestRefusedException.conflict("client " + clientId + " has delivered its last batch of run "
                        + batch.runId() + "; no batch can follow it");
            }
            countInTrial(group, run, checked);
            byte[] stored = store.batches()
                    .insert(batch.runId(), clientId, batch.sequence(), clock.epochMillis(), checked.body())
                    .orElse(null);
            take(group, run, part, batch.sequence(), stored, checked);
            if (stored != null) {
                requireSame(checked, stored);
            }
            return batch.sequence();
        } finally {
            part.delivery().unlock();
        }
    }

    private static void countInTrial(Group group, Run run, CheckedBatch checked) {
        group.lock().lock();
        try {
            int targets = run.plan().targets().size();
            for (RequestRecord record : checked.message().records()) {
                if (record.target() >= targets) {
                    throw RequestRefusedException.invalid(
                            "records",
                            "a record's target " + record.target() + " is not one of the run's " + targets
                                    + " AI servers, counted from 0");
                }
            }
            run.aggregate().check(checked.interval(), checked.message().records());
        } catch (IllegalArgumentException e) {
            throw RequestRefusedException.invalid("interval", "the batch cannot be counted: " + e.getMessage());
        } finally {
            group.lock().unlock();
        }
    }

    /** Counts what is durable: the batch that came, or one of an earlier attempt whose answer was lost. */
    private void take(
            Group group, Run run, RunPart part, long sequence, byte @Nullable [] stored, CheckedBatch checked) {
        group.lock().lock();
        try {
            if (stored == null || isSame(stored, checked.body())) {
                countOrSetAside(run, part, sequence, () -> checked);
            } else {
                countOrSetAside(run, part, sequence, () -> BatchCodec.decodeStored(stored));
            }
            noteHealth(group, part.client(), checked.message());
            ending.stopOverErrors(group, run);
            ending.finishIfOver(group, run);
        } finally {
            group.lock().unlock();
        }
    }

    /** Reads a batch. */
    @FunctionalInterface
    interface Reading {
        CheckedBatch read() throws StorageException;
    }

    /**
     * Adds a durable batch to the measurements of the run; an unreadable one is skipped and logged, and the run
     * continues without it. The caller holds the group's lock.
     */
    static void countOrSetAside(Run run, RunPart part, long sequence, Reading reading) {
        try {
            count(run, part, reading.read());
        } catch (RuntimeException | StorageException e) {
            String words = "batch " + sequence + " of client " + part.client() + " cannot be read: " + e.getMessage();
            LOG.error("run {}: {}; it is set aside, and missing from the result", run.runId(), words, e);
            run.setAside(words);
            part.taken(sequence);
        }
    }

    private static void count(Run run, RunPart part, CheckedBatch checked) {
        BatchMessage batch = checked.message();
        if (checked.interval() != null && batch.interval() != null) {
            run.aggregate().add(part.client(), checked.interval());
            run.errorLimits().add(batch.interval().endNanos(), batch.interval().all());
            part.setInFlight(batch.interval().inFlight());
            if (batch.gpus() != null) {
                run.gpus()
                        .add(
                                part.client(),
                                batch.interval().startNanos(),
                                batch.interval().endNanos(),
                                batch.gpus());
            }
        }
        run.aggregate().addRecords(batch.records());
        part.taken(batch.sequence());
        if (batch.completion() != null) {
            part.complete(batch.completion());
        }
    }

    /** Who never heard that its last batch is durable sends it again, even when the run has ended by it. */
    private long afterTheEnd(Group group, int clientId, CheckedBatch checked) throws StorageException {
        BatchMessage batch = checked.message();
        boolean ofThisGroup = store.runs()
                .find(batch.runId())
                .filter(row -> row.groupKey() == group.key())
                .isPresent();
        Optional<Long> last = ofThisGroup ? store.batches().last(batch.runId(), clientId) : Optional.empty();
        if (last.isEmpty() || batch.sequence() > last.get()) {
            throw RequestRefusedException.notFound(
                    "that run has ended or does not exist; its batches are no longer accepted");
        }
        requireSame(checked, store.batches().body(batch.runId(), clientId, batch.sequence()));
        return last.get();
    }

    private static void requireSame(CheckedBatch checked, byte[] stored) {
        if (!isSame(stored, checked.body())) {
            throw RequestRefusedException.conflict("batch "
                    + checked.message().sequence() + " of run "
                    + checked.message().runId() + " was delivered before with another content; the first one counts");
        }
    }

    private static boolean isSame(byte[] stored, byte[] body) {
        if (Arrays.equals(stored, body)) {
            return true;
        }
        try {
            return BatchCodec.isSame(stored, body);
        } catch (UncheckedIOException | IllegalArgumentException | JacksonException e) {
            // What was stored is damaged: it was this one when it was acknowledged.
            LOG.warn("A stored batch cannot be compared: {}", e.getMessage());
            return true;
        }
    }

    private static void noteHealth(Group group, int clientId, BatchMessage batch) {
        if (batch.interval() != null) {
            group.clients()
                    .get(clientId)
                    .setClockOffsetMillis(batch.interval().health().clockOffsetNanos() / 1e6);
        }
    }
}
