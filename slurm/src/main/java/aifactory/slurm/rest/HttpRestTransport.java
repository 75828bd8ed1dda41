package aifactory.slurm.rest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Carries requests to a slurmrestd over HTTP. Follows no redirection: the token goes to the configured address alone.
 * Thread-safe.
 */
public final class HttpRestTransport implements RestTransport, AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    /** Some 30,000 jobs. */
    private static final long MAXIMUM_BODY_BYTES = 256L << 20;

    private final URI address;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();

    /** @param address {@code http://HOST:PORT}, without a path */
    public HttpRestTransport(URI address) {
        this.address = address;
    }

    @Override
    public RestResponse exchange(RestRequest request) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(http(request), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAXIMUM_BODY_BYTES));
        try {
            // The client's own timeout ends with the header; this one holds for the body too.
            HttpResponse<byte[]> response = answer.get(request.timeout().toMillis(), TimeUnit.MILLISECONDS);
            return new RestResponse(response.statusCode(), new ByteArrayInputStream(response.body()));
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no complete response to " + request + " within "
                    + request.timeout().toSeconds() + " s");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IOException(request + ": " + e.getCause(), e);
        } finally {
            answer.cancel(true);
        }
    }

    private HttpRequest http(RestRequest request) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(address.resolve(request.path()))
                .header("X-SLURM-USER-NAME", request.user())
                .header("X-SLURM-USER-TOKEN", request.token())
                .header("Accept", "application/json");
        String body = request.body();
        if (body == null) {
            return builder.method(request.method(), BodyPublishers.noBody()).build();
        }
        return builder.header("Content-Type", "application/json")
                .method(request.method(), BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                .build();
    }

    @Override
    public String toString() {
        return "slurmrestd at " + address;
    }

    @Override
    public void close() {
        client.close();
    }
}
