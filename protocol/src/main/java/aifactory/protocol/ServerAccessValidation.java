package aifactory.protocol;

import aifactory.workload.AiServerAddress;
import aifactory.workload.AudioSettings;
import aifactory.workload.ConnectionSettings;
import aifactory.workload.Endpoint;
import aifactory.workload.ImageSettings;
import aifactory.workload.RequestPayload;
import aifactory.workload.ServerAccess;
import aifactory.workload.WorkloadProblem;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.document.RequestedFormat;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds what cannot work about the ways in which requests get to an AI server: path, proxy, key and connections.
 * Stateless.
 */
final class ServerAccessValidation {
    private static final int LONGEST_PATH = 2_000;
    private static final int LONGEST_COMMAND = 4_000;
    private static final int MOST_MEDIA = 100;
    private static final long MOST_PIXELS = 64L << 20;
    private static final long LONGEST_AUDIO_MILLIS = 600_000;
    private static final int MOST_MODELS = 1_000;
    private static final Duration LONGEST_LIFETIME = Duration.ofDays(30);
    private static final Set<String> OWN_HEADERS = Set.of(
            "host", "content-length", "transfer-encoding", "connection", "content-type", "x-request-id", "expect");

    private final WorkloadSpecification specification;
    private final ServerAccess access;
    private final List<WorkloadProblem> problems;

    private ServerAccessValidation(WorkloadSpecification specification, List<WorkloadProblem> problems) {
        this.specification = specification;
        this.access = specification.access();
        this.problems = problems;
    }

    static void addProblems(WorkloadSpecification specification, List<WorkloadProblem> problems) {
        ServerAccessValidation validation = new ServerAccessValidation(specification, problems);
        validation.checkPath();
        validation.checkProxy();
        validation.checkKey();
        validation.checkConnections();
        validation.checkPayload();
    }

    private void checkPayload() {
        RequestPayload payload = specification.payload();
        String name = payload.maxTokensName();
        if (name != null && !name.matches("[A-Za-z_][A-Za-z0-9_.-]{0,63}")) {
            add("max_tokens_name", "'" + shortened(name) + "': give max_tokens, max_completion_tokens or another name");
        }
        boolean hasName = specification.endpoint() == Endpoint.CHAT || specification.endpoint() == Endpoint.COMPLETIONS;
        if (name != null && !hasName) {
            add("max_tokens_name", "only endpoints chat and completions have another name for it: leave it out");
        }
        checkModels(payload);
        checkMedia(payload);
        checkDocuments();
        if (payload.tools() > 0 && !specification.endpoint().usesMessages()) {
            add("tools", "only endpoints chat, responses, messages and ollama take tools: leave it out");
        }
        boolean compares = specification.endpoint() == Endpoint.RERANK || specification.endpoint() == Endpoint.SCORE;
        if (payload.documents() != RequestPayload.DEFAULT.documents() && !compares) {
            add("documents", "only endpoints rerank and score compare texts: leave it out");
        }
    }

    private void checkDocuments() {
        try {
            RequestedFormat.schemaOf(specification);
        } catch (IllegalArgumentException e) {
            add("extra_body", String.valueOf(e.getMessage()));
        }
    }

    private void checkPath() {
        String path = access.path();
        if (path == null) {
            return;
        }
        boolean isTarget = path.startsWith("/")
                && path.length() <= LONGEST_PATH
                && path.indexOf('#') < 0
                && path.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (!isTarget) {
            add(
                    "path",
                    "'" + shortened(path) + "': give a path below the AI server's address such as /v1/chat/completions,"
                            + " percent-encoded, with its query if it has one");
        }
        if (specification.template() != null) {
            add("path", "the template brings its own path: leave one of them out");
        }
    }

    private void checkProxy() {
        String proxy = access.proxy();
        if (proxy == null) {
            return;
        }
        if (proxy.indexOf('@') >= 0) {
            add("proxy", "a proxy with a user name or a password is not supported: give http://HOST:PORT");
            return;
        }
        try {
            AiServerAddress address = AiServerAddress.parse(proxy);
            if (address.secure()
                    || address.socketPath() != null
                    || !address.basePath().isEmpty()) {
                add(
                        "proxy",
                        "'" + shortened(AiServerAddress.withoutSecrets(proxy))
                                + "': give the address of an HTTP proxy, http://HOST:PORT");
            }
        } catch (IllegalArgumentException e) {
            add("proxy", "give the address of an HTTP proxy, http://HOST:PORT: " + e.getMessage());
        }
    }

    private void checkKey() {
        long sources = Stream.of(specification.apiKeyFile(), access.apiKeyEnv(), access.apiKeyCommand())
                .filter(source -> source != null)
                .count();
        if (sources > 1) {
            add("api_key_file", "give one of api_key_file, api_key_env and api_key_command");
        }
        String variable = access.apiKeyEnv();
        if (variable != null && !variable.matches("[A-Za-z_][A-Za-z0-9_]{0,199}")) {
            add(
                    "api_key_env",
                    "the value is not the name of an environment variable; give the name, and never the key itself");
        }
        String command = access.apiKeyCommand();
        if (command != null && (command.isBlank() || command.length() > LONGEST_COMMAND || command.indexOf(0) >= 0)) {
            add("api_key_command", "give a shell command of at most " + LONGEST_COMMAND + " characters");
        }
        String header = access.apiKeyHeader();
        if (header != null && !header.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}")) {
            add("api_key_header", "'" + shortened(header) + "' is not the name of a header");
        } else if (header != null && OWN_HEADERS.contains(header.toLowerCase(Locale.ROOT))) {
            add("api_key_header", "'" + header + "' is set by the load engine itself; give another");
        }
        String scheme = access.apiKeyScheme();
        if (scheme != null && !scheme.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")) {
            add("api_key_scheme", "'" + shortened(scheme) + "': give Bearer, Basic, another scheme's name, or none");
        }
        if (sources == 0 && (header != null || scheme != null)) {
            add(
                    header != null ? "api_key_header" : "api_key_scheme",
                    "there is no key: give api_key_file, api_key_env or api_key_command");
        }
    }

    private void checkConnections() {
        ConnectionSettings connections = specification.connections();
        Duration lifetime = connections.lifetime();
        if (lifetime != null
                && (lifetime.isZero() || lifetime.isNegative() || lifetime.compareTo(LONGEST_LIFETIME) > 0)) {
            add("connection_lifetime", "give a time above 0, up to 30 days");
        }
        if (lifetime != null && connections.perRequest()) {
            add("connection_lifetime", "connection_reuse false closes each after one request: leave one of them out");
        }
    }

    private void checkMedia(RequestPayload payload) {
        ImageSettings images = payload.images();
        AudioSettings audio = payload.audio();
        if (images != null) {
            checkImages(images);
        }
        if (audio != null) {
            checkAudio(audio);
        }
        boolean takesImages = specification.endpoint().usesMessages();
        if (images != null && !takesImages) {
            add("images", "only endpoints chat, responses, messages and ollama take images: leave it out");
        }
        if (audio != null && specification.endpoint() != Endpoint.CHAT) {
            add("audio", "only endpoint chat takes audio: leave it out");
        }
        if (specification.dataset() != null && (images != null || audio != null)) {
            add(images != null ? "images" : "audio", "a dataset brings its own prompts: leave out one of them");
        }
    }

    private void checkImages(ImageSettings images) {
        boolean isSize = images.width() >= 1 && images.height() >= 1;
        long pixels = (long) images.width() * images.height() * images.count();
        if (images.count() < 1 || images.count() > MOST_MEDIA || !isSize || pixels > MOST_PIXELS) {
            add(
                    "images",
                    images.count() + " of " + images.width() + "x" + images.height() + ": give 1 to " + MOST_MEDIA
                            + " images of at least 1x1 and at most " + MOST_PIXELS + " pixels in all");
        }
    }

    private void checkAudio(AudioSettings audio) {
        Duration duration = audio.duration() == null ? Duration.ZERO : audio.duration();
        long millis = duration.toMillis() * audio.count();
        if (audio.count() < 1
                || audio.count() > MOST_MEDIA
                || duration.toMillis() < 1
                || millis > LONGEST_AUDIO_MILLIS) {
            add(
                    "audio",
                    audio.count() + " of " + duration.toMillis() + " ms: give 1 to " + MOST_MEDIA
                            + " clips of at least 1 ms and at most 10 minutes in all");
        }
    }

    private void checkModels(RequestPayload payload) {
        if (payload.models().isEmpty()) {
            return;
        }
        double sum = 0;
        for (var share : payload.models().entrySet()) {
            Double weight = share.getValue();
            if (share.getKey().isBlank() || share.getKey().chars().anyMatch(Character::isISOControl)) {
                add("models", "an empty name, or one with control characters");
            }
            if (weight == null || !(weight > 0 && weight <= 1)) {
                add(
                        "models",
                        "'" + shortened(share.getKey()) + "' has the weight " + weight
                                + ": give a share above 0, up to 1");
                return;
            }
            sum += weight;
        }
        if (Math.abs(sum - 1) > roundingOf(payload.models().size())) {
            add(
                    "models",
                    "the weights of " + String.join(", ", payload.models().keySet()) + " add up to "
                            + Math.round(sum * 1000) / 1000.0 + " and not to 1");
        }
        if (payload.models().size() > MOST_MODELS) {
            add("models", payload.models().size() + " models: give at most " + MOST_MODELS);
        }
        boolean isInPath = specification.requestPath("{model}").contains("%7Bmodel%7D");
        if (!specification.needsModel() || isInPath) {
            add(
                    "models",
                    "requests of endpoint " + specification.endpoint().name().toLowerCase(Locale.ROOT)
                            + " do not name their model in the body: measure one model at a time");
        }
    }

    /** How far weights that are rounded to two decimal places may be from adding up to 1: three times 0.33 is meant. */
    private static double roundingOf(int weights) {
        return Math.min(0.02, weights * 0.005) + 1e-9;
    }

    private static String shortened(@Nullable String text) {
        String plain = String.valueOf(text).replaceAll("\\p{Cntrl}", "?");
        return plain.length() <= 200 ? plain : plain.substring(0, 200) + "…";
    }

    private void add(String field, String message) {
        problems.add(new WorkloadProblem(field, message));
    }
}
