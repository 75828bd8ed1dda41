package aifactory.service.http;

import aifactory.protocol.ArmedMessage;
import aifactory.protocol.BatchAcknowledgement;
import aifactory.protocol.BatchMessage;
import aifactory.protocol.ClockSample;
import aifactory.protocol.CommandPoll;
import aifactory.protocol.ConnectRequest;
import aifactory.service.RequestRefusedException;
import aifactory.service.ServiceClock;
import aifactory.service.ServiceLimits;
import aifactory.service.access.RouteAccess;
import aifactory.service.coordination.RunCoordinator;
import aifactory.service.groups.ClientManager;
import aifactory.service.persistence.StorageException;
import aifactory.service.runs.BatchCodec;
import aifactory.service.runs.BatchConflict;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Map;

/** What client processes ask for: registration, commands, delivery. Every answer to a poll or a batch carries a clock sample. */
final class ControlRoutes implements ApiServer.Routes {
    private static final String GROUP = "/api/v1/client-group/{id}";
    private static final String CLIENT = GROUP + "/clients/{client}";
    private static final long LONGEST_WAIT_MILLIS = 60_000;

    private final ClientManager clients;
    private final RunCoordinator runs;
    private final ServiceClock clock;
    private final ServiceLimits limits;

    ControlRoutes(ClientManager clients, RunCoordinator runs, ServiceClock clock, ServiceLimits limits) {
        this.clients = clients;
        this.runs = runs;
        this.clock = clock;
        this.limits = limits;
    }

    @Override
    public void addTo(ApiServer.Registry registry) {
        registry.post(GROUP + "/connect", RouteAccess.GROUP, this::connect);
        registry.get(CLIENT + "/commands", RouteAccess.GROUP, this::commands);
        registry.post(CLIENT + "/armed", RouteAccess.GROUP, this::armed);
        registry.post(CLIENT + "/batches", RouteAccess.GROUP, this::batch);
    }

    private void connect(Context context) throws StorageException, InterruptedException {
        ConnectRequest request = RequestReader.body(context, ConnectRequest.class, limits.maximumRequestBytes());
        ApiServer.json(context, 201, clients.connect(RequestReader.benchmarkId(context), request));
    }

    private void commands(Context context) throws InterruptedException {
        long received = clock.epochNanos();
        long after = RequestReader.numberOr("after", context.queryParam("after"), 0, 0, Integer.MAX_VALUE);
        long wait = RequestReader.numberOr(
                "wait_ms", context.queryParam("wait_ms"), LONGEST_WAIT_MILLIS, 0, LONGEST_WAIT_MILLIS);
        var commands = clients.commands(
                RequestReader.benchmarkId(context), RequestReader.clientId(context), after, Duration.ofMillis(wait));
        ApiServer.json(context, 200, new CommandPoll(commands, new ClockSample(received, clock.epochNanos())));
    }

    private void armed(Context context) throws StorageException, InterruptedException {
        ArmedMessage message = RequestReader.body(context, ArmedMessage.class, limits.maximumRequestBytes());
        runs.armed(
                clients.require(RequestReader.benchmarkId(context)),
                RequestReader.clientId(context),
                String.valueOf(message.runId()),
                message.error());
        ApiServer.json(context, 200, Map.of("status", "noted"));
    }

    private void batch(Context context) throws StorageException, InterruptedException, BatchConflict {
        long received = clock.epochNanos();
        byte[] body = RequestReader.bytes(context, limits.maximumBatchBytes());
        String encoding = context.header("Content-Encoding");
        boolean compressed = "gzip".equalsIgnoreCase(encoding);
        if (encoding != null && !compressed && !"identity".equalsIgnoreCase(encoding)) {
            throw RequestRefusedException.invalid("Content-Encoding", "'" + encoding + "' is not served; send gzip");
        }
        byte[] json = compressed ? RequestReader.gunzip(body, limits.maximumBatchJsonBytes()) : body;
        BatchMessage batch = RequestReader.json(json, BatchMessage.class);
        check(batch);
        long durable = runs.deliver(
                clients.require(RequestReader.benchmarkId(context)),
                RequestReader.clientId(context),
                batch,
                compressed ? body : BatchCodec.compress(body));
        ApiServer.json(
                context,
                200,
                new BatchAcknowledgement(batch.runId(), durable, new ClockSample(received, clock.epochNanos())));
    }

    /** What is not checked here would fail only after it was stored. */
    private static void check(BatchMessage batch) {
        if (batch.runId() == null || batch.records() == null) {
            throw RequestRefusedException.invalid("run_id", "a batch needs run_id, sequence and records");
        }
        if (batch.sequence() < 0) {
            throw RequestRefusedException.invalid("sequence", "sequence " + batch.sequence() + " is below 0");
        }
        if (batch.records().size() > BatchMessage.MAXIMUM_RECORDS) {
            throw RequestRefusedException.tooLarge(
                    batch.records().size() + " records in one batch; send at most " + BatchMessage.MAXIMUM_RECORDS);
        }
        if (batch.last() != (batch.completion() != null)) {
            throw RequestRefusedException.invalid("completion", "the last batch, and no other, carries a completion");
        }
        if (batch.records().stream()
                .anyMatch(record -> record == null || record.phase() == null || record.outcome() == null)) {
            throw RequestRefusedException.invalid("records", "a record without a phase or an outcome");
        }
        if (batch.interval() != null) {
            try {
                BatchCodec.interval(batch.interval());
            } catch (IllegalArgumentException | NullPointerException e) {
                throw RequestRefusedException.invalid("interval", "the interval cannot be read: " + e.getMessage());
            }
        }
    }
}
