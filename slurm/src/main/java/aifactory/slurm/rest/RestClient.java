package aifactory.slurm.rest;

import aifactory.slurm.Refusals;
import aifactory.slurm.SlurmClock;
import aifactory.slurm.SlurmUnavailableException;
import aifactory.slurm.SlurmUnavailableException.Cause;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sends queries to a slurmrestd in the newest version that both support, and distinguishes the causes of a missing
 * answer. Thread-safe.
 */
final class RestClient {
    static final Duration QUERY_TIMEOUT = Duration.ofSeconds(60);
    private static final int SHOWN_CHARACTERS = 120;
    /** Elements of a list are read one by one out of the middle of an answer. */
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final RestTransport transport;
    private final String user;
    private final RestTokens tokens;
    private final SlurmClock clock;
    private volatile @Nullable RestVersion version;

    RestClient(RestTransport transport, String user, RestTokens tokens, SlurmClock clock) {
        this(transport, user, tokens, clock, null);
    }

    /** @param version the only one that is used; null for the newest that both know */
    RestClient(
            RestTransport transport, String user, RestTokens tokens, SlurmClock clock, @Nullable RestVersion version) {
        this.version = version;
        this.transport = transport;
        this.user = user;
        this.tokens = tokens;
        this.clock = clock;
    }

    /** What a request is about; the version goes between the two parts of its path. */
    record Question(
            String method,
            String service,
            String path,
            @Nullable JsonNode body,
            Duration timeout) {
        static Question get(String service, String path) {
            return new Question("GET", service, path, null, QUERY_TIMEOUT);
        }
    }

    /** Visits the elements of one list of an answer, so that a large one need not be held as a whole. */
    record Visitor(String list, Consumer<JsonNode> element) {
        static final Visitor NONE = new Visitor("", element -> {});
    }

    /** The newest version that both sides know, found by asking from the newest on. */
    RestVersion version() throws SlurmUnavailableException, InterruptedException {
        RestVersion known = version;
        if (known != null) {
            return known;
        }
        for (RestVersion candidate : RestVersion.all()) {
            RestResponse response = exchange(candidate, Question.get("slurm", "/ping"), tokens.current());
            if (response.status() == 404) {
                close(response);
                continue;
            }
            understand(candidate, response, tokens.current(), "/slurm/" + candidate + "/ping", Visitor.NONE);
            version = candidate;
            return candidate;
        }
        throw new SlurmUnavailableException(
                Cause.REST_SERVICE,
                transport + " has none of the versions v0.0." + RestVersion.OLDEST + " to v0.0." + RestVersion.NEWEST
                        + "; is it a slurmrestd of Slurm 22.05 or newer?");
    }

    RestAnswer ask(Question question, Visitor visitor) throws SlurmUnavailableException, InterruptedException {
        RestVersion asked = version();
        String token = tokens.current();
        String path = path(asked, question);
        return understand(asked, exchange(asked, question, token), token, path, visitor);
    }

    private static String path(RestVersion version, Question question) {
        return "/" + question.service + "/" + version + question.path;
    }

    private RestResponse exchange(RestVersion version, Question question, String token)
            throws SlurmUnavailableException, InterruptedException {
        try {
            return send(version, question, token);
        } catch (IOException e) {
            throw new SlurmUnavailableException(
                    Cause.REST_SERVICE,
                    transport + (wasNeverSent(e) ? " cannot be reached: " : " did not answer: ") + words(e)
                            + "; is slurmrestd running, and is the address right?");
        }
    }

    /** One request as it is, for those who need to know whether it can have arrived. */
    RestResponse send(RestVersion version, Question question, String token) throws IOException, InterruptedException {
        JsonNode body = question.body;
        return transport.exchange(new RestRequest(
                question.method,
                path(version, question),
                user,
                token,
                body == null ? null : MAPPER.writeValueAsString(body),
                question.timeout));
    }

    static boolean wasNeverSent(IOException e) {
        return e instanceof ConnectException
                || e instanceof HttpConnectTimeoutException
                || e.getCause() instanceof UnresolvedAddressException;
    }

    static String words(IOException e) {
        String message = e.getMessage();
        return message == null || message.isEmpty() ? e.getClass().getSimpleName() : message;
    }

    String token() throws SlurmUnavailableException, InterruptedException {
        return tokens.current();
    }

    /**
     * Reads an answer.
     *
     * @throws SlurmUnavailableException when it says that the question was not answered, and why
     */
    RestAnswer understand(RestVersion asked, RestResponse response, String token, String path, Visitor visitor)
            throws SlurmUnavailableException {
        RestAnswer answer;
        try (InputStream body = response.body()) {
            byte[] beginning = body.readNBytes(SHOWN_CHARACTERS);
            String shown = new String(beginning, StandardCharsets.UTF_8);
            if (!shown.stripLeading().startsWith("{")) {
                throw notJson(response.status(), shown, token, path);
            }
            ObjectNode rest = read(new SequenceInputStream(new ByteArrayInputStream(beginning), body), visitor);
            answer = new RestAnswer(asked, response.status(), rest, RestError.list(rest.path("errors")));
        } catch (JacksonException e) {
            throw new SlurmUnavailableException(
                    Cause.GARBAGE, transport + " answered " + path + " with invalid JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new SlurmUnavailableException(
                    Cause.REST_SERVICE, transport + " broke off its answer to " + path + ": " + words(e));
        }
        refuseFailures(answer, token, path);
        return answer;
    }

    private static ObjectNode read(InputStream body, Visitor visitor) {
        ObjectNode rest = MAPPER.createObjectNode();
        try (JsonParser parser = MAPPER.createParser(body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals(visitor.list) && value == JsonToken.START_ARRAY) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        JsonNode element = MAPPER.readTree(parser);
                        visitor.element.accept(element);
                    }
                } else {
                    JsonNode other = MAPPER.readTree(parser);
                    rest.set(name, other);
                }
            }
        }
        return rest;
    }

    private SlurmUnavailableException notJson(int status, String shown, String token, String path) {
        if (status == 401) {
            tokens.reject(token);
            return new SlurmUnavailableException(
                    Cause.AUTHENTICATION,
                    transport + " takes no request without a token, or not this one (status 401) for user '" + user
                            + "'; make a new one: scontrol token");
        }
        if (status == 404) {
            // It existed when it was looked up: slurmrestd has been upgraded meanwhile.
            version = null;
            return new SlurmUnavailableException(
                    Cause.REST_SERVICE, transport + " does not know " + path + " (status 404)");
        }
        return new SlurmUnavailableException(
                Cause.GARBAGE,
                transport + " answered " + path + " with status " + status + " and '"
                        + shown.replaceAll("\\p{Cntrl}+", " ").strip() + "'");
    }

    /** The errors that mean that the query was not processed. All others are answers. */
    private void refuseFailures(RestAnswer answer, String token, String path) throws SlurmUnavailableException {
        if (!answer.isFailure()) {
            return;
        }
        String words = answer.words();
        boolean expired = TokenClaims.read(token)
                .map(claims -> !clock.now().isBefore(claims.expiresAt()))
                .orElse(false);
        boolean isBlank = answer.errors().stream().anyMatch(error -> error.number() == -1);
        if (answer.has(RestError.AUTHENTICATION)
                || Refusals.saysAuthenticationFailed(words)
                || (expired && (isBlank || answer.has(RestError.NO_DATABASE)))) {
            tokens.reject(token);
            throw new SlurmUnavailableException(
                    Cause.AUTHENTICATION,
                    transport
                            + (expired ? ": the token has expired" : " does not take the token of user '" + user + "'")
                            + " (status " + answer.status() + ", " + words + "); make a new one: scontrol token");
        }
        if (answer.has(RestError.NO_DATABASE)) {
            throw new SlurmUnavailableException(Cause.ACCOUNTING, transport + ": " + words);
        }
        if (isBlank) {
            throw new SlurmUnavailableException(
                    Cause.CONTROLLER,
                    transport + " could not ask the controller for " + path + " (" + words
                            + "): it is down, or it does not take the token");
        }
        if (Refusals.saysNeverSent(words) || Refusals.saysAnswerWasLost(words)) {
            throw new SlurmUnavailableException(Cause.CONTROLLER, transport + ": " + words);
        }
    }

    private static void close(RestResponse response) {
        try (InputStream body = response.body()) {
            body.readNBytes(SHOWN_CHARACTERS);
        } catch (IOException e) {
            // Its status was all that mattered.
        }
    }

    /** Parameters of a path. */
    static String query(List<String> parameters) {
        return parameters.isEmpty() ? "" : "?" + String.join("&", parameters);
    }

    static String parameter(String name, String value) {
        return name + "="
                + java.net.URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        RestVersion known = version;
        return transport + (known == null ? "" : ", " + known);
    }
}
