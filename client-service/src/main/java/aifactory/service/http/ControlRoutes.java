package aifactory.service.http;

import aifactory.protocol.ArmedMessage;
import aifactory.protocol.BatchAcknowledgement;
import aifactory.protocol.BatchFormat;
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
import aifactory.service.runs.BatchValidation;
import aifactory.service.runs.CheckedBatch;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What client processes ask for: registration, commands, delivery. Every answer to a poll or a batch carries a clock
 * sample.
 */
final class ControlRoutes implements ApiServer.Routes {
    private static final String GROUP = "/api/v1/client-group/{id}";
    private static final String CLIENT = GROUP + "/clients/{client}";
    private static final long LONGEST_WAIT_MILLIS = 60_000;
    /** Together no more than half of the heap that the service is started with. */
    static final int MOST_UNPACKED = 4;

    private static final Duration LONGEST_WAIT_TO_UNPACK = Duration.ofSeconds(20);
    private static final String BINARY = BatchFormat.CONTENT_TYPE.substring(0, BatchFormat.CONTENT_TYPE.indexOf(';'));

    private final ClientManager clients;
    private final RunCoordinator runs;
    private final ServiceClock clock;
    private final ServiceLimits limits;
    private final UnpackingTurns unpacking = new UnpackingTurns(MOST_UNPACKED, LONGEST_WAIT_TO_UNPACK);

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
        CheckedBatch batch = isBinary(context.contentType()) ? binary(body, encoding) : understood(body, compressed);
        long durable = runs.deliver(
                clients.require(RequestReader.benchmarkId(context)), RequestReader.clientId(context), batch);
        ApiServer.json(
                context,
                200,
                new BatchAcknowledgement(
                        batch.message().runId(), durable, new ClockSample(received, clock.epochNanos())));
    }

    /** Any other content type is read as JSON, as in earlier versions of the service. */
    private static boolean isBinary(@Nullable String contentType) {
        if (contentType == null || !contentType.strip().startsWith(BINARY)) {
            return false;
        }
        String compact = contentType.replaceAll("[\\s\"]", "");
        if (!compact.equals(BatchFormat.CONTENT_TYPE.replace(" ", ""))) {
            throw RequestRefusedException.invalid(
                    "Content-Type",
                    "'" + RequestReader.shorten(contentType) + "' is not served; send " + BatchFormat.CONTENT_TYPE
                            + ", or JSON");
        }
        return true;
    }

    /** Not compressed, so that it becomes no larger than it is. */
    private static CheckedBatch binary(byte[] body, @Nullable String encoding) {
        if (encoding != null && !"identity".equalsIgnoreCase(encoding)) {
            throw RequestRefusedException.invalid(
                    "Content-Encoding", "the binary form is not compressed; send it without Content-Encoding");
        }
        try {
            return BatchValidation.check(BatchFormat.decode(body), body);
        } catch (IllegalArgumentException e) {
            throw RequestRefusedException.invalid("body", "the body is not a batch: " + e.getMessage());
        }
    }

    private CheckedBatch understood(byte[] body, boolean compressed) throws InterruptedException {
        return unpacking.take(() -> {
            byte[] json = compressed ? RequestReader.gunzip(body, limits.maximumBatchJsonBytes()) : body;
            return BatchValidation.check(
                    RequestReader.json(json, BatchMessage.class), compressed ? body : BatchCodec.compress(body));
        });
    }
}
