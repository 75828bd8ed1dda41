package aifactory.node.connection;

import aifactory.measurement.MonotonicClock;
import aifactory.node.environment.GroupSecret;
import aifactory.protocol.CertificatePin;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 towards the Client Service: bounded in time and in the size of answers, without redirects and proxies, with
 * the group's secret. Thread-safe.
 */
public final class ServiceHttp implements AutoCloseable {
    private static final int MAXIMUM_ANSWER_BYTES = 4 << 20;
    private static final int THREADS = 3;
    private static final long MAXIMUM_RETRY_AFTER_SECONDS = 60;

    private final MonotonicClock clock;
    private final @Nullable GroupSecret secret;
    private final Duration connectTimeout;
    private final ExecutorService executor;
    private final HttpClient client;

    public ServiceHttp(MonotonicClock clock, @Nullable GroupSecret secret, Duration connectTimeout) {
        this.clock = clock;
        this.secret = secret;
        this.connectTimeout = connectTimeout;
        this.executor = Executors.newFixedThreadPool(
                THREADS, Thread.ofPlatform().daemon().name("service-http-", 0).factory());
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(connectTimeout)
                .executor(executor);
        if (secret != null && secret.certificateSha256() != null) {
            builder.sslContext(CertificatePin.context(secret.certificateSha256()));
        }
        this.client = builder.build();
    }

    /**
     * One exchange.
     *
     * @param timeout from now to the last byte of the answer
     * @return never completes exceptionally; cancelling it abandons the exchange
     */
    public CompletableFuture<ServiceAnswer> send(ServiceRequest request, Duration timeout) {
        if (secret != null && !secret.mayBeSentTo(request.uri())) {
            return CompletableFuture.completedFuture(new ServiceAnswer.Unreachable(server(request.uri())
                    + " is not https, and the certificate of the service is pinned: nothing was sent"));
        }
        HttpRequest.Builder http = HttpRequest.newBuilder(request.uri());
        request.headers().forEach(http::header);
        if (secret != null) {
            http.header("Authorization", secret.authorization());
        }
        http.method(request.method(), publisher(request.body()));
        long sentNanos = clock.nanoTime();
        CompletableFuture<HttpResponse<Received>> exchange = client.sendAsync(http.build(), this::received);
        CompletableFuture<ServiceAnswer> answer = exchange.copy()
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .handle((response, failure) -> failure == null
                        ? answered(response, sentNanos)
                        : new ServiceAnswer.Unreachable(reason(request.uri(), failure, timeout)));
        // A timeout or a cancellation ends the exchange itself too; on one that is done this does nothing.
        answer.whenComplete((_, _) -> exchange.cancel(true));
        return answer;
    }

    private static HttpRequest.BodyPublisher publisher(byte @Nullable [] body) {
        return body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body);
    }

    /** Stamps the answer on the thread that read it, so that no wake-up of a waiting thread counts as round trip. */
    private HttpResponse.BodySubscriber<Received> received(HttpResponse.ResponseInfo info) {
        HttpResponse.BodySubscriber<byte[]> bounded = HttpResponse.BodyHandlers.limiting(
                        HttpResponse.BodyHandlers.ofByteArray(), MAXIMUM_ANSWER_BYTES)
                .apply(info);
        return HttpResponse.BodySubscribers.mapping(bounded, body -> new Received(body, clock.nanoTime()));
    }

    private static ServiceAnswer answered(HttpResponse<Received> response, long sentNanos) {
        Received received = response.body();
        return new ServiceAnswer.Answered(
                response.statusCode(),
                received.body(),
                retryAfter(response.headers().firstValue("Retry-After")),
                sentNanos,
                received.atNanos());
    }

    private static @Nullable Duration retryAfter(Optional<String> header) {
        try {
            return header.map(text -> Duration.ofSeconds(
                            Math.clamp(Long.parseLong(text.strip()), 0, MAXIMUM_RETRY_AFTER_SECONDS)))
                    .orElse(null);
        } catch (NumberFormatException e) {
            // The form with a date is for browsers; the back-off alone will do.
            return null;
        }
    }

    private String reason(URI uri, Throwable failure, Duration timeout) {
        Throwable cause = failure instanceof CompletionException wrapper && wrapper.getCause() != null
                ? wrapper.getCause()
                : failure;
        String server = server(uri);
        return switch (cause) {
            case TimeoutException _ -> server + " did not respond within " + timeout.toSeconds() + " s";
            case HttpConnectTimeoutException _ ->
                server + " accepted no connection within " + connectTimeout.toSeconds() + " s";
            case ConnectException refused
            when refused.getCause() instanceof UnresolvedAddressException ->
                "the name '" + uri.getHost() + "' does not resolve on this node";
            case ConnectException _ -> server + " refused the connection";
            case IOException broken -> server + " failed: " + text(broken);
            default -> server + ": " + text(cause);
        };
    }

    private static String server(URI uri) {
        return uri.getScheme() + "://" + uri.getAuthority();
    }

    private static String text(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    /** Ends every exchange in progress. */
    @Override
    public void close() {
        client.shutdownNow();
        executor.shutdownNow();
    }

    private record Received(byte[] body, long atNanos) {}
}
