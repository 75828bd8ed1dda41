package aifactory.access;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP client whose exchanges end: each has a largest body and a longest time, from its start to the last byte of the body. The JDK's
 * own timeout ends with the headers, so that a body of one byte per second would be read for ever. Goes through no proxy, as the load.
 * Thread-safe.
 */
public final class BoundedHttp implements AutoCloseable {
    private final HttpClient client;

    /**
     * @param context for https servers; null for the system's authorities
     * @param longestConnect time to connect
     */
    public BoundedHttp(@Nullable SSLContext context, Duration longestConnect) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(longestConnect)
                .proxy(HttpClient.Builder.NO_PROXY);
        this.client = (context == null ? builder : builder.sslContext(context)).build();
    }

    /** A response whose body is complete. */
    public record Response(int status, HttpHeaders headers, byte[] body) {
        /** The body as UTF-8. */
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /**
     * Starts an exchange. Cancelling the future ends it.
     *
     * @param longest time until the body is complete; the future fails with a {@link TimeoutException} then
     * @param largestBytes of the body; the future fails with an {@link IOException} beyond it
     */
    public CompletableFuture<Response> sendAsync(HttpRequest.Builder request, Duration longest, int largestBytes) {
        CompletableFuture<HttpResponse<byte[]>> exchange = client.sendAsync(
                request.timeout(longest).build(),
                information -> HttpResponse.BodySubscribers.limiting(
                        HttpResponse.BodySubscribers.ofByteArray(), largestBytes));
        CompletableFuture<Response> response = exchange.thenApply(
                        answer -> new Response(answer.statusCode(), answer.headers(), answer.body()))
                .orTimeout(longest.toMillis(), TimeUnit.MILLISECONDS);
        var _ = response.whenComplete((_, failure) -> {
            if (failure != null) {
                exchange.cancel(true);
            }
        });
        return response;
    }

    /** The same, waited for. An interruption ends the exchange. */
    public Response send(HttpRequest.Builder request, Duration longest, int largestBytes)
            throws IOException, InterruptedException {
        CompletableFuture<Response> response = sendAsync(request, longest, largestBytes);
        try {
            return response.get();
        } catch (InterruptedException e) {
            response.cancel(true);
            throw e;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException cause -> throw cause;
                case TimeoutException _ ->
                    throw new HttpTimeoutException("no complete response within " + longest.toMillis() + " ms");
                case null, default -> {
                    var failure = new InterruptedIOException("the exchange was ended: " + e.getCause());
                    failure.initCause(e);
                    throw failure;
                }
            }
        }
    }

    /** Ends all exchanges. */
    @Override
    public void close() {
        client.shutdownNow();
    }
}
