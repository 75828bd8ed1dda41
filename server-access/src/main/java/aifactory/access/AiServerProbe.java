package aifactory.access;

import aifactory.access.AiServerException.Kind;
import aifactory.workload.WorkloadSpecification;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks AI servers for their models, with the key and the trust of a run. A server that is busy (429, 503) or loads its
 * model is asked again, for a bounded time. Thread-safe; its methods block for no longer than the patience and may be
 * interrupted.
 */
public final class AiServerProbe implements AutoCloseable {
    private static final int LARGEST_BODY_BYTES = 8 << 20;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);
    private static final List<String> LENGTH_MEMBERS =
            List.of("max_model_len", "max_context_length", "context_length", "context_window");

    private static final String MODELS = "/v1/models";

    /** Responses that say nothing of a key. */
    private static final Set<Integer> LISTLESS_OR_BUSY = Set.of(404, 405, 429, 501, 502, 503, 504);

    private final BoundedHttp http;
    private final Map<String, String> headers;
    private final Patience patience;
    private final Pause pause;
    private final KeyRemedy key;

    /**
     * How long is waited.
     *
     * @param connect for a connection
     * @param response for a complete response
     * @param busy in all between attempts at a server that is busy
     * @param loading in all between attempts at a server that loads its model
     */
    public record Patience(Duration connect, Duration response, Duration busy, Duration loading) {
        /** Asks once. */
        public static Patience once(Duration response) {
            return new Patience(response, response, Duration.ZERO, Duration.ZERO);
        }
    }

    /** Waits between attempts. */
    @FunctionalInterface
    public interface Pause {
        void await(Duration time) throws InterruptedException;
    }

    /**
     * @param context for https servers
     * @param headers of every request, authorization among them
     */
    public AiServerProbe(SSLContext context, Map<String, String> headers, Patience patience) {
        this(context, headers, patience, AiServerProbe::await);
    }

    /** With another way to wait between attempts. */
    public AiServerProbe(SSLContext context, Map<String, String> headers, Patience patience, Pause pause) {
        this(new BoundedHttp(context, patience.connect()), headers, KeyRemedy.of(headers), patience, pause);
    }

    private AiServerProbe(
            BoundedHttp http, Map<String, String> headers, KeyRemedy key, Patience patience, Pause pause) {
        this.http = http;
        this.headers = Map.copyOf(headers);
        this.patience = patience;
        this.pause = pause;
        this.key = key;
    }

    /**
     * A probe with the key, the trust and the proxy of a load. Reads the key, which may run a command.
     *
     * @throws IllegalArgumentException names what cannot be read here
     */
    public static AiServerProbe of(WorkloadSpecification load, Patience patience) throws InterruptedException {
        return of(load, patience, AiServerProbe::await);
    }

    /** With another way to wait between attempts. */
    public static AiServerProbe of(WorkloadSpecification load, Patience patience, Pause pause)
            throws InterruptedException {
        Map<String, String> headers = RequestHeaders.of(load);
        BoundedHttp http = new BoundedHttp(
                TlsContexts.forClient(load.tls()),
                patience.connect(),
                load.access().proxy());
        return new AiServerProbe(http, headers, KeyRemedy.of(load, headers), patience, pause);
    }

    private static void await(Duration time) throws InterruptedException {
        // Nothing ends it but the time or an interruption.
        boolean _ = new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * The models that a server lists, at least one.
     *
     * @throws AiServerException when it does not answer as an OpenAI-compatible server does
     */
    public List<ServedModel> models(URI server) throws AiServerException, InterruptedException {
        BoundedHttp.Response response = askPatiently(server);
        if (response.status() != 200) {
            AiServerException refusal = messages(MODELS).ofStatus(server, response);
            throw refusal.lacksModels() && isRefusalOfKey(server, response)
                    ? messages(MODELS).ofKey(server, response)
                    : refusal;
        }
        return read(server, response);
    }

    /**
     * Whether a refusal that says nothing of keys is about the key nevertheless: a server without a list of models
     * says so to everyone, and to a request without a key this one answers something else. LiteLLM's proxy without a
     * database answers 400, "No connected db.", to a key that it does not know, and 500 or 401 where none comes.
     */
    private boolean isRefusalOfKey(URI server, BoundedHttp.Response response) throws InterruptedException {
        if (response.status() != 400 || !RequestHeaders.haveKey(headers)) {
            return false;
        }
        try {
            BoundedHttp.Request withoutKey = BoundedHttp.Request.get(server, MODELS, Map.of());
            int status = http.send(withoutKey, patience.response(), LARGEST_BODY_BYTES)
                    .status();
            return status != response.status() && !LISTLESS_OR_BUSY.contains(status);
        } catch (IOException e) {
            return false;
        }
    }

    private RefusalMessages messages(String path) {
        return new RefusalMessages(key, path);
    }

    /**
     * Makes sure that the server accepts the key where it generates, too: some list their models to every client. The
     * request has the wrong method, so that nothing is generated.
     *
     * @param path of the run's requests
     */
    public void checkKey(URI server, String path) throws AiServerException, InterruptedException {
        try {
            BoundedHttp.Response response = http.send(get(server, path), patience.response(), LARGEST_BODY_BYTES);
            if (response.status() == 401 || response.status() == 403) {
                throw messages(path).ofStatus(server, response);
            }
        } catch (IOException e) {
            // The server listed its models; what it does with a request that it cannot answer is no matter.
        }
    }

    /**
     * The same for a server without a list of models, of which nothing is known yet: it has to be there, and what
     * answers must be neither a web page nor a redirect. Any other response to the wrong method is one of an API.
     */
    public void checkPath(URI server, String path) throws AiServerException, InterruptedException {
        BoundedHttp.Response response = ask(server, path);
        boolean refuses = response.status() == 401 || response.status() == 403 || response.status() / 100 == 3;
        boolean isPage = response.status() == 200 && RefusalMessages.isHtml(response);
        if (refuses || isPage) {
            throw messages(path).ofStatus(server, response);
        }
    }

    /**
     * What the server reports of itself, {@code model} and {@code version}, for provenance; what it does not report is
     * missing.
     */
    public Map<String, Object> describe(URI server) throws InterruptedException {
        Map<String, Object> description = new LinkedHashMap<>();
        JsonNode model = json(server, MODELS).at("/data/0/id");
        if (model.isString()) {
            description.put("model", ServerText.shortened(model.stringValue()));
        }
        JsonNode version = json(server, "/version").path("version");
        if (version.isString()) {
            description.put("version", ServerText.shortened(version.stringValue()));
        }
        return description;
    }

    private JsonNode json(URI server, String path) throws InterruptedException {
        try {
            BoundedHttp.Response response = http.send(get(server, path), patience.response(), LARGEST_BODY_BYTES);
            if (response.status() == 200) {
                return JsonMapper.shared().readTree(response.text());
            }
        } catch (IOException | JacksonException | IllegalArgumentException e) {
            // A server that does not report what it is is not at fault.
        }
        return JsonMapper.shared().createObjectNode();
    }

    private BoundedHttp.Response askPatiently(URI server) throws AiServerException, InterruptedException {
        Duration waited = Duration.ZERO;
        Duration next = FIRST_PAUSE;
        while (true) {
            BoundedHttp.Response response = ask(server, MODELS);
            Duration asked = retryAfter(response);
            Duration most = patienceFor(response).minus(waited);
            Duration wait = asked == null ? next : asked;
            if (wait.compareTo(most) > 0) {
                return response;
            }
            pause.await(wait);
            waited = waited.plus(wait);
            next = next.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? next.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private Duration patienceFor(BoundedHttp.Response response) {
        return switch (response.status()) {
            case 429, 502, 504 -> patience.busy();
            case 503 -> RefusalMessages.isLoading(response) ? patience.loading() : patience.busy();
            // Less than any pause: not asked again.
            default -> Duration.ZERO;
        };
    }

    /** Null where the server does not say, or says it as a date. */
    private static @Nullable Duration retryAfter(BoundedHttp.Response response) {
        String text = response.headers().firstValue("retry-after").orElse("").strip();
        return text.matches("\\d{1,9}") ? Duration.ofSeconds(Math.max(1, Long.parseLong(text))) : null;
    }

    private BoundedHttp.Response ask(URI server, String path) throws AiServerException, InterruptedException {
        try {
            return http.send(get(server, path), patience.response(), LARGEST_BODY_BYTES);
        } catch (IllegalArgumentException e) {
            throw new AiServerException(Kind.WRONG, "AI server " + server + " cannot be asked: " + e.getMessage());
        } catch (IOException e) {
            throw messages(path).ofFailure(server, e);
        }
    }

    private BoundedHttp.Request get(URI server, String path) {
        return BoundedHttp.Request.get(server, path, headers);
    }

    private List<ServedModel> read(URI server, BoundedHttp.Response response) throws AiServerException {
        JsonNode data;
        try {
            data = JsonMapper.shared().readTree(response.text()).path("data");
        } catch (JacksonException e) {
            throw messages(MODELS).ofBody(server, response);
        }
        if (!data.isArray()) {
            throw messages(MODELS).ofBody(server, response);
        }
        List<ServedModel> models = new ArrayList<>();
        data.forEach(entry -> {
            if (entry.path("id").isString()) {
                models.add(new ServedModel(entry.path("id").stringValue(), maxModelLength(entry)));
            }
        });
        if (models.isEmpty()) {
            throw new AiServerException(
                    Kind.NOT_READY, true, "AI server " + server + " lists no model: load one, then try again");
        }
        return models;
    }

    private static @Nullable Long maxModelLength(JsonNode entry) {
        for (String member : LENGTH_MEMBERS) {
            JsonNode length = entry.path(member);
            if (length.isIntegralNumber() && length.canConvertToLong() && length.longValue() > 0) {
                return length.longValue();
            }
        }
        return null;
    }

    /** Ends what is under way. */
    @Override
    public void close() {
        http.close();
    }
}
