package aifactory.access;

import aifactory.access.AiServerException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Why an AI server cannot be measured, with the remedy, from what it answered to a GET request. Immutable. */
final class RefusalMessages {
    private static final Pattern ABOUT_KEY = Pattern.compile(
            "api[ _-]?key|unauthori[sz]ed|authenticat|authori[sz]ation|credential|bearer|access token|forbidden",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern ABOUT_LOADING =
            Pattern.compile("loading|starting|warming|not ready|initiali[sz]ing", Pattern.CASE_INSENSITIVE);
    private static final Pattern TITLE = Pattern.compile("<title[^>]*>([^<]*)<", Pattern.CASE_INSENSITIVE);

    private static final int NOT_IMPLEMENTED = 501;

    private final KeyRemedy key;
    private final String path;

    /**
     * @param key the remedy where the server refuses it
     * @param path that was asked for
     */
    RefusalMessages(KeyRemedy key, String path) {
        this.key = key;
        this.path = path;
    }

    /** Whether the server says that it is about to be ready. */
    static boolean isLoading(BoundedHttp.Response response) {
        return ABOUT_LOADING.matcher(message(response)).find();
    }

    AiServerException ofStatus(URI server, BoundedHttp.Response response) {
        int status = response.status();
        String message = message(response);
        String said = status + (message.isEmpty() ? "" : ": " + message);
        if (status == 401
                || status == 403
                || (status >= 400 && status != 429 && status != 503 && isAboutKey(message))) {
            return wrong("AI server " + server + " refused the request (" + said + "): " + key.refused());
        }
        if (status / 100 == 3) {
            String location = response.headers().firstValue("location").orElse("");
            return wrong(RedirectMessage.of(server, path, status, location));
        }
        if (status == 429) {
            return new AiServerException(
                    Kind.NOT_READY,
                    "AI server " + server + " limits the rate of requests: GET " + path + " answered " + said
                            + retryAfter(response)
                            + "; wait until other clients use less of it, or raise the limit of this key");
        }
        if (status >= 500) {
            return new AiServerException(
                    Kind.NOT_READY,
                    status == NOT_IMPLEMENTED,
                    "AI server " + server + " is not ready: GET " + path + " answered " + said
                            + "; wait until it has loaded its model, and look at its log"
                            + (status == 503 ? "" : "; " + key.possible()));
        }
        if (isHtml(response)) {
            return html(server, response);
        }
        // A request without a body and with usual headers is bad for its key, if for anything.
        return notOpenAi(server, "GET " + path + " answered " + said, status == 400 ? "; " + key.possible() : "");
    }

    /** Of a response that refuses the key by another status, without a word on keys. */
    AiServerException ofKey(URI server, BoundedHttp.Response response) {
        return wrong("AI server " + server + " refused the request (" + response.status() + ": " + message(response)
                + "): " + key.refused());
    }

    private static boolean isAboutKey(String message) {
        return ABOUT_KEY.matcher(message).find();
    }

    private static String retryAfter(BoundedHttp.Response response) {
        return response.headers()
                .firstValue("retry-after")
                .map(text -> " (Retry-After: " + ServerText.shortened(text) + ")")
                .orElse("");
    }

    /** The body of a 200 that is no list of models. */
    AiServerException ofBody(URI server, BoundedHttp.Response response) {
        if (isHtml(response)) {
            return html(server, response);
        }
        String message = message(response);
        if (isAboutKey(message)) {
            return wrong("AI server " + server + " refused the request (200: " + message + "): " + key.refused());
        }
        boolean isJson;
        try {
            isJson = JsonMapper.shared().readTree(response.text()).isContainer();
        } catch (JacksonException e) {
            isJson = false;
        }
        return notOpenAi(
                server,
                isJson
                        ? "the response to GET " + path + " has no list 'data'"
                        : "GET " + path + " did not answer JSON but '" + message + "'");
    }

    static boolean isHtml(BoundedHttp.Response response) {
        String type = response.headers().firstValue("content-type").orElse("").toLowerCase(Locale.ROOT);
        String text = head(response).stripLeading().toLowerCase(Locale.ROOT);
        return type.startsWith("text/html") || text.startsWith("<!doctype") || text.startsWith("<html");
    }

    private AiServerException html(URI server, BoundedHttp.Response response) {
        Matcher title = TITLE.matcher(head(response));
        return notOpenAi(
                server,
                "GET " + path + " did not answer JSON but an HTML page"
                        + (title.find() ? " titled '" + ServerText.shortened(title.group(1)) + "'" : "")
                        + " (" + response.status() + "), as a login page or a web interface does");
    }

    private AiServerException notOpenAi(URI server, String why) {
        return notOpenAi(server, why, "");
    }

    private AiServerException notOpenAi(URI server, String why, String more) {
        return new AiServerException(
                Kind.WRONG,
                true,
                server + " is not an OpenAI-compatible server: " + why + "; give the address that serves " + path + more
                        + ", or name the model with --model if the server has no list of models");
    }

    AiServerException ofFailure(URI server, IOException failure) {
        String text = String.valueOf(failure.getMessage());
        UnixSockets.Problem socket = UnixSockets.in(failure);
        if (socket != null) {
            return new AiServerException(
                    socket.isLasting() ? Kind.WRONG : Kind.UNREACHABLE,
                    "AI server " + server + " cannot be reached: " + socket.getMessage());
        }
        if (failure instanceof ProxyRefusedException) {
            return unreachable("AI server " + server + " cannot be reached: " + text
                    + "; check --proxy, or leave it out if the server is reached directly");
        }
        boolean isNoHead = failure instanceof EOFException && !text.endsWith("before its end");
        if (failure instanceof ProtocolException || isNoHead) {
            return wrong(server + " is not an AI server: what answers there does not speak HTTP (" + text + ")"
                    + ("http".equals(server.getScheme()) ? "; if it speaks TLS, give https://" : ""));
        }
        if (text.startsWith("body exceeds capacity")) {
            return notOpenAi(server, "the response to GET " + path + " is larger than 8 MiB");
        }
        SSLException secure = cause(failure, SSLException.class);
        if (secure != null) {
            return untrusted(server, secure);
        }
        return new AiServerException(
                Kind.UNREACHABLE,
                "AI server " + server + " cannot be reached: " + reason(failure)
                        + "; is it running, and can this machine reach it?");
    }

    private static String reason(IOException failure) {
        if (cause(failure, UnresolvedAddressException.class) != null
                || cause(failure, UnknownHostException.class) != null) {
            return "the host name does not resolve";
        }
        return switch (failure) {
            case HttpConnectTimeoutException _ -> "no connection within the time allowed";
            case HttpTimeoutException _ -> "no complete response within the time allowed";
            case NoRouteToHostException _ -> "no route to the host";
            case ConnectException _ -> "connection refused";
            default ->
                failure.getMessage() == null
                        ? failure.getClass().getSimpleName()
                        : ServerText.shortened(failure.getMessage());
        };
    }

    private AiServerException untrusted(URI server, SSLException failure) {
        String text = String.valueOf(failure.getMessage());
        String certificate = PresentedCertificate.describe(server);
        if (text.contains("Unsupported or unrecognized SSL message") || text.contains("plaintext connection")) {
            return unreachable("AI server " + server + " does not speak TLS: give http:// instead of https://");
        }
        if (cause(failure, CertificateExpiredException.class) != null
                || cause(failure, CertificateNotYetValidException.class) != null) {
            return unreachable("AI server " + server + " has a certificate that is not valid now" + certificate
                    + ": renew it, or correct the clock of this machine");
        }
        if (text.contains("subject alternative") || text.contains("No name matching")) {
            return unreachable("AI server " + server + " has the certificate of another host" + certificate
                    + ": give the address by the name that the certificate has");
        }
        if (text.contains("PKIX path") || text.contains("trust anchor") || text.contains("unable to find valid")) {
            return unreachable("AI server " + server + " has a certificate that is not signed by a trusted authority"
                    + certificate + ": pass the certificate of its authority with --tls-ca-file FILE (tls.ca_file)");
        }
        if (text.contains("bad_certificate")
                || text.contains("certificate_required")
                || text.contains("handshake_failure")) {
            return unreachable("AI server " + server + " refused the TLS handshake (" + ServerText.shortened(text)
                    + "): if it requires a client certificate, pass it with --tls-client-certificate and"
                    + " --tls-client-key");
        }
        return new AiServerException(
                Kind.UNREACHABLE,
                "AI server " + server + " cannot be reached: the TLS handshake failed (" + ServerText.shortened(text)
                        + "); is it running, and does it speak TLS?");
    }

    private static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }

    /** The server's own words: the message of an error in any of the usual forms, else the beginning of the body. */
    private static String message(BoundedHttp.Response response) {
        if (isHtml(response)) {
            Matcher title = TITLE.matcher(head(response));
            return title.find() ? ServerText.shortened(title.group(1)) : "";
        }
        try {
            JsonNode body = JsonMapper.shared().readTree(response.text());
            for (String pointer : new String[] {"/error/message", "/message", "/detail", "/error", "/detail/0/msg"}) {
                JsonNode text = body.at(pointer);
                if (text.isString() && !text.stringValue().isBlank()) {
                    return ServerText.shortened(text.stringValue());
                }
            }
        } catch (JacksonException e) {
            // Not JSON.
        }
        return ServerText.shortened(head(response));
    }

    private static String head(BoundedHttp.Response response) {
        return new String(response.body(), 0, Math.min(response.body().length, 4_096), StandardCharsets.UTF_8);
    }

    private static AiServerException unreachable(String message) {
        return new AiServerException(Kind.UNREACHABLE, message);
    }

    private static AiServerException wrong(String message) {
        return new AiServerException(Kind.WRONG, message);
    }
}
