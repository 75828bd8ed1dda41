package aifactory.client.connection;

import aifactory.client.progress.ProcessContext;
import aifactory.client.waiting.Backoff;
import aifactory.node.connection.Replies;
import aifactory.node.connection.Reply;
import aifactory.node.connection.ServiceAddress;
import aifactory.node.connection.ServiceAnswer;
import aifactory.node.connection.ServiceHttp;
import aifactory.node.connection.ServiceRequest;
import aifactory.node.waiting.Signal;
import aifactory.protocol.ConnectRequest;
import aifactory.protocol.ConnectResponse;
import aifactory.protocol.JsonFormat;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers the process with its group. Registering again is harmless: the service knows the process by its job,
 * number, restart count and instance. Used by one thread at a time.
 */
public final class Registration {
    private static final Logger LOG = LoggerFactory.getLogger(Registration.class);

    private final ServiceHttp http;
    private final List<URI> services;
    private final long benchmarkId;
    private final byte[] body;
    private final ProcessContext context;
    private final Duration requestTimeout;

    /** @param services tried together; the first that takes the registration is the service from then on */
    public Registration(
            ServiceHttp http,
            List<URI> services,
            long benchmarkId,
            ConnectRequest request,
            ProcessContext context,
            Duration requestTimeout) {
        this.http = http;
        this.services = List.copyOf(services);
        this.benchmarkId = benchmarkId;
        this.body = JsonFormat.mapper().writeValueAsBytes(request);
        this.context = context;
        this.requestTimeout = requestTimeout;
    }

    /** Tries until the service takes or refuses the registration, the time is up, or the process has to end. */
    public RegistrationOutcome register(Duration patience) throws InterruptedException {
        Backoff backoff = context.backoffs().start();
        long startNanos = context.clock().nanoTime();
        while (true) {
            Attempt attempt = attemptAll();
            switch (attempt) {
                case Attempt.Decided decided -> {
                    return decided.outcome();
                }
                case Attempt.Failed failed -> {
                    Duration pause = backoff.next(failed.retryAfter());
                    long elapsedNanos = context.clock().nanoTime() - startNanos;
                    if (elapsedNanos + pause.toNanos() >= patience.toNanos()) {
                        return new RegistrationOutcome.GaveUp(failed.reason());
                    }
                    LOG.info("not registered yet, trying again in {} ms: {}", pause.toMillis(), failed.reason());
                    if (context.sleeper().sleep(pause, context.ending().signal())) {
                        return new RegistrationOutcome.Ended();
                    }
                }
            }
        }
    }

    private Attempt attemptAll() throws InterruptedException {
        BlockingQueue<Attempt> attempts = new LinkedBlockingQueue<>();
        List<CompletableFuture<ServiceAnswer>> exchanges = new ArrayList<>();
        for (URI service : services) {
            ServiceRequest request = ServiceRequest.post(
                    ServiceAddress.under(ServiceAddress.group(service, benchmarkId), "connect"), body);
            CompletableFuture<ServiceAnswer> exchange = http.send(request, requestTimeout);
            exchanges.add(exchange);
            exchange.thenAccept(answer -> attempts.add(verdict(service, answer)));
        }
        Attempt ended = new Attempt.Decided(new RegistrationOutcome.Ended());
        try (Signal.Subscription _ = context.ending().signal().subscribe(() -> attempts.add(ended))) {
            return firstSuccess(attempts);
        } finally {
            exchanges.forEach(exchange -> exchange.cancel(true));
        }
    }

    /** A refusal counts only when no other address takes the registration or may yet take it. */
    private Attempt firstSuccess(BlockingQueue<Attempt> attempts) throws InterruptedException {
        Attempt.@Nullable Decided refusal = null;
        Attempt.@Nullable Failed failure = null;
        for (int answer = 0; answer < services.size(); answer++) {
            switch (attempts.take()) {
                case Attempt.Decided decided
                when decided.outcome() instanceof RegistrationOutcome.Refused -> refusal = decided;
                case Attempt.Decided decided -> {
                    return decided;
                }
                case Attempt.Failed failed -> failure = failed;
            }
        }
        if (failure != null) {
            return failure;
        }
        if (refusal == null) {
            throw new IllegalStateException("no service address to register with");
        }
        return refusal;
    }

    private static Attempt verdict(URI service, ServiceAnswer answer) {
        return switch (Replies.sort(answer, ConnectResponse.class, (_, _) -> {})) {
            case Reply.Accepted<ConnectResponse> accepted ->
                new Attempt.Decided(new RegistrationOutcome.Registered(service, accepted.value()));
            case Reply.Refused<ConnectResponse> refused ->
                new Attempt.Decided(new RegistrationOutcome.Refused(service, refused.status(), refused.detail()));
            case Reply.Unavailable<ConnectResponse> unavailable ->
                new Attempt.Failed(unavailable.reason(), unavailable.retryAfter());
        };
    }

    private sealed interface Attempt {
        record Decided(RegistrationOutcome outcome) implements Attempt {}

        record Failed(String reason, @Nullable Duration retryAfter) implements Attempt {}
    }
}
