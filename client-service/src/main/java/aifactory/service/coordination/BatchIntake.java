package aifactory.service.coordination;

import aifactory.protocol.BatchMessage;
import aifactory.service.RequestRefusedException;
import aifactory.service.ServiceClock;
import aifactory.service.groups.ClientManager;
import aifactory.service.groups.Group;
import aifactory.service.persistence.StateStore;
import aifactory.service.persistence.StorageException;
import aifactory.service.runs.BatchCodec;
import aifactory.service.runs.BatchConflict;
import aifactory.service.runs.Run;
import aifactory.service.runs.RunPart;
import java.util.Arrays;
import java.util.Optional;

/** Takes the batches of clients: each is stored first, then counted, once. Thread-safe. */
final class BatchIntake {
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
     * @param body as it came, compressed
     * @return the number up to which the client's batches are durable
     * @throws BatchConflict when the batch does not follow the last durable one
     */
    long deliver(Group group, int clientId, BatchMessage batch, byte[] body)
            throws StorageException, InterruptedException, BatchConflict {
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
            return afterTheEnd(group, clientId, batch, body);
        }
        part.delivery().lock();
        try {
            if (batch.sequence() < part.nextSequence()) {
                checkSame(batch, clientId, body);
                return part.nextSequence() - 1;
            }
            if (batch.sequence() > part.nextSequence()) {
                throw new BatchConflict(batch.runId(), batch.sequence(), part.nextSequence());
            }
            if (part.completion() != null) {
                throw RequestRefusedException.conflict("client " + clientId + " has delivered its last batch of run "
                        + batch.runId() + "; nothing can follow it");
            }
            store.insertBatch(batch.runId(), clientId, batch.sequence(), clock.epochMillis(), body);
            group.lock().lock();
            try {
                count(run, part, batch);
                noteHealth(group, clientId, batch);
                ending.finishIfOver(group, run);
            } finally {
                group.lock().unlock();
            }
            return batch.sequence();
        } finally {
            part.delivery().unlock();
        }
    }

    /** Adds a batch that is durable to what the run has measured. The caller holds the group's lock. */
    static void count(Run run, RunPart part, BatchMessage batch) {
        if (batch.interval() != null) {
            run.aggregate().add(part.client(), BatchCodec.interval(batch.interval()));
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
    private long afterTheEnd(Group group, int clientId, BatchMessage batch, byte[] body) throws StorageException {
        boolean ofThisGroup = store.run(batch.runId())
                .filter(row -> row.groupKey() == group.key())
                .isPresent();
        Optional<Long> last = ofThisGroup ? store.lastBatch(batch.runId(), clientId) : Optional.empty();
        if (last.isEmpty() || batch.sequence() > last.get()) {
            throw RequestRefusedException.notFound(
                    "that run has ended or does not exist; batches of it are not taken any more");
        }
        checkSame(batch, clientId, body);
        return last.get();
    }

    private void checkSame(BatchMessage batch, int clientId, byte[] body) throws StorageException {
        byte[] stored = store.batchBody(batch.runId(), clientId, batch.sequence());
        if (!Arrays.equals(stored, body)
                && !Arrays.equals(BatchCodec.unpackStored(stored), BatchCodec.unpackStored(body))) {
            throw RequestRefusedException.conflict("batch " + batch.sequence() + " of run " + batch.runId()
                    + " was delivered before with another content; the first one counts");
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
