package aifactory.client.connection;

import aifactory.measurement.MonotonicClock;
import aifactory.node.connection.Replies;
import aifactory.node.connection.Reply;
import aifactory.node.connection.ServiceAddress;
import aifactory.node.connection.ServiceAnswer;
import aifactory.node.connection.ServiceAnswer.Answered;
import aifactory.node.connection.ServiceHttp;
import aifactory.node.connection.ServiceRequest;
import aifactory.protocol.ArmedMessage;
import aifactory.protocol.BatchAcknowledgement;
import aifactory.protocol.BatchFormat;
import aifactory.protocol.CommandPoll;
import aifactory.protocol.ConnectResponse;
import aifactory.protocol.JsonFormat;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;

/**
 * The service as one registered client sees it. Every answer that carries a clock sample feeds the clock, every good
 * one counts as a sign of life. The futures always complete normally. Thread-safe.
 */
public final class GroupService {
    private static final byte[] EMPTY_OBJECT = "{}".getBytes(StandardCharsets.UTF_8);
    /** Beyond the time that the service may hold a poll. */
    private static final Duration POLL_MARGIN = Duration.ofSeconds(10);

    private final ServiceHttp http;
    private final URI group;
    private final ServiceClock serviceClock;
    private final MonotonicClock clock;
    private final Duration requestTimeout;
    private final AtomicLong heardNanos;
    private volatile int clientId;
    private volatile boolean offersBinaryBatches;
    private volatile boolean refusedBinaryBatches;

    /**
     * @param service the address that took the registration
     * @param registration its answer to the registration
     */
    public GroupService(
            ServiceHttp http,
            URI service,
            long benchmarkId,
            ConnectResponse registration,
            ServiceClock serviceClock,
            MonotonicClock clock,
            Duration requestTimeout) {
        this.http = http;
        this.group = ServiceAddress.group(service, benchmarkId);
        this.clientId = registration.clientId();
        this.offersBinaryBatches = registration.takesBinaryBatches();
        this.serviceClock = serviceClock;
        this.clock = clock;
        this.requestTimeout = requestTimeout;
        this.heardNanos = new AtomicLong(clock.nanoTime());
    }

    public int clientId() {
        return clientId;
    }

    /** After a new registration: the number that the client has from now on, and what the service takes. */
    public void registeredAgain(ConnectResponse registration) {
        clientId = registration.clientId();
        offersBinaryBatches = registration.takesBinaryBatches();
        refusedBinaryBatches = false;
    }

    /** Whether batches are sent in the binary form; otherwise as gzip of JSON of the version before. */
    public boolean takesBinaryBatches() {
        return offersBinaryBatches && !refusedBinaryBatches;
    }

    /**
     * Sends batches as JSON after this call. The service refused a binary batch: it may have been replaced by one of
     * the previous version since this client registered. Thread-safe.
     */
    public void binaryBatchRefused() {
        refusedBinaryBatches = true;
    }

    /** A batch in JSON was refused too: it was not the form. */
    public void jsonBatchRefused() {
        refusedBinaryBatches = false;
    }

    /** How long ago the service last did what it was asked. */
    public Duration silence() {
        return Duration.ofNanos(Math.max(0, clock.nanoTime() - heardNanos.get()));
    }

    /**
     * Asks for commands.
     *
     * @param after the last command that was executed
     * @param wait how long the service may hold the request while there is no command; it may answer earlier
     */
    public CompletableFuture<Reply<CommandPoll>> poll(long after, Duration wait) {
        URI uri = client("commands?after=" + after + "&wait_ms=" + wait.toMillis());
        return http.send(ServiceRequest.get(uri), wait.plus(POLL_MARGIN))
                .thenApply(answer -> Replies.sort(answer, CommandPoll.class, (poll, exchange) -> {
                    heard();
                    serviceClock.observe(poll.clock(), exchange);
                }));
    }

    /** One quick exchange for its clock sample alone; the commands that come along are asked for again. */
    public CompletableFuture<Reply<CommandPoll>> exchangeClocks(long after, Duration timeout) {
        URI uri = client("commands?after=" + after + "&wait_ms=0");
        return http.send(ServiceRequest.get(uri), timeout)
                .thenApply(answer -> Replies.sort(
                        answer, CommandPoll.class, (poll, exchange) -> serviceClock.observe(poll.clock(), exchange)));
    }

    public CompletableFuture<Reply<JsonNode>> armed(ArmedMessage message) {
        byte[] body = JsonFormat.mapper().writeValueAsBytes(message);
        return http.send(ServiceRequest.post(client("armed"), body), requestTimeout)
                .thenApply(answer -> Replies.sort(answer, JsonNode.class, GroupService::ignore));
    }

    /** @param body a {@link aifactory.protocol.BatchMessage} in the binary form, or as gzip of JSON */
    public CompletableFuture<Reply<BatchAcknowledgement>> batch(byte[] body) {
        ServiceRequest request = BatchFormat.isIn(body)
                ? ServiceRequest.post(client("batches"), body, BatchFormat.CONTENT_TYPE)
                : ServiceRequest.postCompressed(client("batches"), body);
        return http.send(request, requestTimeout)
                .thenApply(answer -> Replies.sort(answer, BatchAcknowledgement.class, (acknowledgement, exchange) -> {
                    heard();
                    serviceClock.observe(acknowledgement.clock(), exchange);
                }));
    }

    /** Asks the service to run; the body goes through as it is. */
    public CompletableFuture<ServiceAnswer> run(byte[] body) {
        return order("run", body);
    }

    /** Asks the service to stop the group's run. */
    public CompletableFuture<ServiceAnswer> stop() {
        return order("stop", EMPTY_OBJECT);
    }

    /** Registers an observer of the group with the service; the body goes through as it is. */
    public CompletableFuture<ServiceAnswer> observer(byte[] body) {
        return order("observer", body);
    }

    private CompletableFuture<ServiceAnswer> order(String route, byte[] body) {
        byte[] json = body.length == 0 ? EMPTY_OBJECT : body;
        return http.send(ServiceRequest.post(ServiceAddress.under(group, route), json), requestTimeout);
    }

    private URI client(String route) {
        return ServiceAddress.under(group, "clients/" + clientId + "/" + route);
    }

    private void heard() {
        heardNanos.set(clock.nanoTime());
    }

    private static void ignore(JsonNode value, Answered exchange) {}
}
