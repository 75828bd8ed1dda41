package aifactory.commandline.api;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.failure.UnreachableReason;
import aifactory.commandline.session.Interruption;
import aifactory.protocol.CertificatePin;
import aifactory.protocol.ErrorBody;
import aifactory.protocol.JsonFormat;
import java.io.EOFException;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Exchanges JSON with one Client Service. Every failure becomes a {@link CommandFailure} with the service's message and
 * the contract's exit code. Waits end when the command is asked to end.
 */
final class HttpExchange implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    /** Doubled for each further retry. */
    private static final Duration FIRST_RETRY_DELAY = Duration.ofMillis(100);

    private static final int LARGEST_ANSWER_BYTES = 256 << 20;

    private final URI service;
    private final @Nullable String token;
    private final @Nullable String certificateSha256;
    private final int maximumRetries;
    private final HttpClient client;

    /**
     * @param service {@code http://HOST:PORT}
     * @param token null for a service without authentication
     * @param certificateSha256 the one certificate that the service may show; null to use the authorities that are
     *      trusted here
     * @param maximumRetries of a query whose connection is refused or lost
     */
    HttpExchange(URI service, @Nullable String token, @Nullable String certificateSha256, int maximumRetries) {
        if (certificateSha256 != null && !"https".equalsIgnoreCase(service.getScheme())) {
            throw CommandFailure.wrongInput("invalid address of the Client Service: '" + service
                    + "' (expected https://, since its certificate is pinned); nothing was sent");
        }
        this.service = service;
        this.token = token;
        this.certificateSha256 = certificateSha256;
        this.maximumRetries = maximumRetries;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT);
        if (certificateSha256 != null) {
            builder.sslContext(CertificatePin.context(certificateSha256));
        }
        this.client = builder.build();
    }

    URI service() {
        return service;
    }

    @Nullable
    String certificateSha256() {
        return certificateSha256;
    }

    /**
     * Sends a request and reads the answer's JSON.
     *
     * @param body sent as JSON; null for no body
     */
    <T> T json(String method, String path, @Nullable Object body, Class<T> type, Duration timeout, Interruption until) {
        byte[] answer = bytes(method, path, body, timeout, until);
        try {
            return JsonFormat.mapper().readValue(answer, type);
        } catch (JacksonException e) {
            throw new CommandFailure(
                    ExitCode.UNAVAILABLE,
                    "Client Service " + service + " answered " + method + " " + path
                            + " with something that this version does not understand (" + e.getOriginalMessage()
                            + "); is it another version, or another program?",
                    e);
        }
    }

    /** Sends a request and returns the body of a successful answer. */
    byte[] bytes(String method, String path, @Nullable Object body, Duration timeout, Interruption until) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(service + path)).timeout(timeout);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(
                            method,
                            HttpRequest.BodyPublishers.ofByteArray(
                                    JsonFormat.mapper().writeValueAsBytes(body)));
        }
        // Anything else than a query may have been carried out although its response was lost.
        int retries = method.equals("GET") ? maximumRetries : 0;
        Duration delay = FIRST_RETRY_DELAY;
        while (true) {
            CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(
                    request.build(),
                    information -> HttpResponse.BodySubscribers.limiting(
                            HttpResponse.BodySubscribers.ofByteArray(), LARGEST_ANSWER_BYTES));
            until.awaitDone(answer);
            if (retries == 0 || !isConnectionLost(answer)) {
                return requireSuccess(method + " " + path, join(answer));
            }
            until.pause(delay);
            delay = delay.multipliedBy(2);
            retries--;
        }
    }

    /** Not a timeout, a host without an address, or a certificate that is not trusted. */
    private static boolean isConnectionLost(CompletableFuture<?> answer) {
        if (!answer.isCompletedExceptionally()) {
            return false;
        }
        boolean lost = false;
        for (Throwable cause = answer.exceptionNow(); cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException
                    || cause instanceof HttpTimeoutException
                    || cause instanceof SSLException) {
                return false;
            }
            lost |= cause instanceof SocketException || cause instanceof EOFException;
        }
        return lost;
    }

    /** Writes the body of a successful answer into a file. */
    void download(String path, Path file, Duration timeout, Interruption until) {
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(
                request(path, timeout).GET().build(),
                information -> information.statusCode() == 200
                        ? HttpResponse.BodySubscribers.mapping(
                                HttpResponse.BodySubscribers.ofFile(file), written -> new byte[0])
                        : HttpResponse.BodySubscribers.limiting(
                                HttpResponse.BodySubscribers.ofByteArray(), LARGEST_ANSWER_BYTES));
        until.awaitDone(answer);
        requireSuccess("GET " + path, join(answer));
    }

    private HttpRequest.Builder request(String path, Duration timeout) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(service + path)).timeout(timeout);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return request;
    }

    private HttpResponse<byte[]> join(CompletableFuture<HttpResponse<byte[]>> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw new ServiceUnreachableException(
                    service, UnreachableReason.of(e.getCause() == null ? e : e.getCause()));
        }
    }

    private byte[] requireSuccess(String what, HttpResponse<byte[]> answer) {
        int status = answer.statusCode();
        if (status >= 200 && status < 300) {
            return answer.body();
        }
        String detail = detail(answer.body());
        String message = detail == null
                ? "Client Service " + service + " answered " + what + " with " + status
                        + ": is that the address of a Client Service?"
                : detail;
        throw switch (status) {
            case 401, 403 ->
                CommandFailure.wrongInput(message
                        + (token == null
                                ? " (no token was sent: pass --token-file FILE)"
                                : " (the token that was sent is not its)"));
            case 409 -> new ServiceClient.ConflictException(message);
            case 502, 503, 504 -> CommandFailure.unavailable(message);
            default -> new CommandFailure(status < 500 ? ExitCode.WRONG_INPUT : ExitCode.UNAVAILABLE, message);
        };
    }

    private static @Nullable String detail(byte[] body) {
        try {
            return JsonFormat.mapper()
                    .readValue(new String(body, StandardCharsets.UTF_8), ErrorBody.class)
                    .detail();
        } catch (JacksonException e) {
            return null;
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
