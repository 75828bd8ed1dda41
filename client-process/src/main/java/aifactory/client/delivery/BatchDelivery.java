package aifactory.client.delivery;

import aifactory.client.connection.GroupService;
import aifactory.client.progress.ProcessContext;
import aifactory.client.waiting.Awaiting;
import aifactory.client.waiting.Backoff;
import aifactory.node.connection.Reply;
import aifactory.node.waiting.Signal;
import aifactory.protocol.BatchAcknowledgement;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts spooled batches in order, one at a time, each until the service says that it is durable. A batch is never
 * renumbered and never left out: what was not acknowledged is sent again, as it was.
 */
public final class BatchDelivery implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchDelivery.class);
    /** When the process ends, the time left for the last batches is short. */
    private static final Duration LONGEST_PAUSE_AT_THE_END = Duration.ofSeconds(1);

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    /** What a service of the version before may answer to a form that it does not know. */
    private static final Set<Integer> NOT_UNDERSTOOD = Set.of(400, 415, 422);

    private final BatchSpool spool;
    private final GroupService service;
    private final ProcessContext context;
    private final Signal closed = new Signal();
    private final Consumer<String> runRefused;
    private boolean interrupted;

    /**
     * @param context its end interrupts the current pause, so that the last batches go out at once
     * @param runRefused called with the run whose batches the service refuses; they are discarded
     */
    public BatchDelivery(BatchSpool spool, GroupService service, ProcessContext context, Consumer<String> runRefused) {
        this.spool = spool;
        this.service = service;
        this.context = context;
        this.runRefused = runRefused;
    }

    /** Delivers until {@link #close()}. */
    @Override
    public void run() {
        try {
            Backoff backoff = context.backoffs().start();
            SpooledBatch batch = spool.awaitFirst();
            while (batch != null) {
                deliver(batch, backoff);
                batch = spool.awaitFirst();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the delivery, and lets go of what is still in the spool. */
    public void close() {
        closed.raise();
        spool.close();
    }

    private void deliver(SpooledBatch batch, Backoff backoff) throws InterruptedException {
        byte[] content;
        try {
            content = batch.content();
            if (!service.takesBinaryBatches()) {
                content = BatchEncoder.forEarlierService(content);
            }
        } catch (IOException | RuntimeException e) {
            letGo(batch, "its spooled batch " + batch.sequence() + " cannot be read back: " + e);
            return;
        }
        Reply<BatchAcknowledgement> reply = post(content);
        if (reply == null || closed.isRaised()) {
            return;
        }
        switch (reply) {
            case Reply.Accepted<BatchAcknowledgement> accepted -> acknowledged(batch, accepted.value(), backoff);
            case Reply.Refused<BatchAcknowledgement> refused -> refused(batch, refused, backoff);
            case Reply.Unavailable<BatchAcknowledgement> unavailable ->
                pause(batch, unavailable.reason(), backoff.next(unavailable.retryAfter()));
        }
    }

    /** The service's reply; null when the delivery was closed meanwhile. */
    private @Nullable Reply<BatchAcknowledgement> post(byte[] content) throws InterruptedException {
        return Awaiting.unless(closed, service.batch(content));
    }

    private void acknowledged(SpooledBatch batch, BatchAcknowledgement acknowledgement, Backoff backoff)
            throws InterruptedException {
        if (spool.removeBefore(batch.runId(), acknowledgement.durableThrough() + 1) == 0) {
            pause(
                    batch,
                    "the service has it but reports that only " + acknowledgement.durableThrough() + " is durable",
                    backoff.next(null));
            return;
        }
        if (interrupted) {
            interrupted = false;
            LOG.info("run {}: delivering again; {} batches to go", batch.runId(), spool.size());
        }
        backoff.reset();
    }

    private void refused(SpooledBatch batch, Reply.Refused<BatchAcknowledgement> refused, Backoff backoff)
            throws InterruptedException {
        Long expected = refused.expectedSequence();
        if (expected != null && expected > batch.sequence()) {
            int durable = spool.removeBefore(batch.runId(), expected);
            LOG.info(
                    "run {}: the service already has {} batches; continuing with {}", batch.runId(), durable, expected);
            backoff.reset();
        } else if (expected != null && expected == batch.sequence()) {
            pause(batch, refused.status() + " " + refused.detail(), backoff.next(null));
        } else if (expected != null) {
            letGo(batch, "the service requests batch " + expected + " again, which it had acknowledged as durable");
        } else if (refused.status() == UNAUTHORIZED || refused.status() == FORBIDDEN) {
            // The loop that asks for commands finds out whether the group still knows this process.
            pause(batch, refused.status() + " " + refused.detail(), backoff.next(null));
        } else if (NOT_UNDERSTOOD.contains(refused.status()) && service.takesBinaryBatches()) {
            LOG.warn(
                    "run {}: batch {} was refused with {} and is sent as JSON: {}",
                    batch.runId(),
                    batch.sequence(),
                    refused.status(),
                    refused.detail());
            service.binaryBatchRefused();
        } else {
            service.jsonBatchRefused();
            letGo(
                    batch,
                    "the service refused batch " + batch.sequence() + " with " + refused.status() + ": "
                            + refused.detail());
        }
    }

    private void letGo(SpooledBatch batch, String why) {
        runRefused.accept(batch.runId());
        int discarded = spool.removeAll(batch.runId());
        LOG.error("run {}: {}; {} batches discarded", batch.runId(), why, discarded);
    }

    private void pause(SpooledBatch batch, String why, Duration pause) throws InterruptedException {
        if (!interrupted) {
            interrupted = true;
            LOG.warn("run {}: batch {} not delivered, keeping it: {}", batch.runId(), batch.sequence(), why);
        } else {
            LOG.debug("run {}: batch {} not delivered: {}", batch.runId(), batch.sequence(), why);
        }
        Signal ending = context.ending().signal();
        if (ending.isRaised()) {
            Duration brief = pause.compareTo(LONGEST_PAUSE_AT_THE_END) < 0 ? pause : LONGEST_PAUSE_AT_THE_END;
            context.sleeper().sleep(brief, closed);
        } else {
            context.sleeper().sleep(pause, ending);
        }
    }
}
