package aifactory.protocol;

import aifactory.workload.Conversation;
import aifactory.workload.DatasetReference;
import aifactory.workload.Endpoint;
import aifactory.workload.LengthDistribution;
import aifactory.workload.RequestTemplate;
import aifactory.workload.SharedPrefix;
import aifactory.workload.TlsSettings;
import aifactory.workload.WorkloadProblem;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.key.WorkloadKeys;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Finds errors in the requests of a workload that are independent of the load. Stateless. */
final class RequestValidation {
    private static final Duration LONGEST_THOUGHT = Duration.ofDays(1);
    private static final int MOST_TURNS = 1000;
    private static final List<String> GOODPUT_METRICS = WorkloadKeys.namesOf("goodput.");
    private static final Set<String> OWN_MEMBERS =
            Set.of("messages", "prompt", "input", "inputs", "text_input", "model", "stream", "max_tokens");

    private static final Set<String> REMOVABLE_MEMBERS = Set.of("model", "max_tokens");
    private static final Set<Endpoint> IGNORES_EOS =
            Set.of(Endpoint.CHAT, Endpoint.COMPLETIONS, Endpoint.RESPONSES, Endpoint.MESSAGES, Endpoint.TRITON);
    private static final Set<String> OWN_HEADERS =
            Set.of("content-length", "transfer-encoding", "connection", "x-request-id", "expect", "upgrade");

    private final WorkloadSpecification specification;
    private final List<WorkloadProblem> problems;

    private RequestValidation(WorkloadSpecification specification, List<WorkloadProblem> problems) {
        this.specification = specification;
        this.problems = problems;
    }

    static void addProblems(WorkloadSpecification specification, List<WorkloadProblem> problems) {
        RequestValidation validation = new RequestValidation(specification, problems);
        validation.checkBody();
        validation.checkHeaders();
        validation.checkTemplate();
        validation.checkPrompts();
        validation.checkFiles();
        validation.checkTls();
        ServerAccessValidation.addProblems(specification, problems);
        validation.checkCombinations();
    }

    private void checkBody() {
        if (specification.model() != null && (specification.model().isBlank() || hasControl(specification.model()))) {
            add("model", "an empty name, or one with control characters");
        }
        if (specification.endpoint() == Endpoint.TEMPLATE && specification.template() == null) {
            add("template", "missing: endpoint template needs a path and a body");
        }
        if (!specification.endpoint().streams()
                && specification.endpoint() != Endpoint.TEMPLATE
                && specification.streaming()) {
            add("streaming", "endpoint " + lower(specification.endpoint()) + " is never streamed: leave it out");
        }
        specification.extraBody().forEach((member, value) -> {
            boolean isTakenAway = value == null && REMOVABLE_MEMBERS.contains(member);
            boolean isStreamLeftOut = value == null && member.equals("stream") && !specification.streaming();
            if (OWN_MEMBERS.contains(member) && !isTakenAway && !isStreamLeftOut) {
                add(
                        "extra_body",
                        "'" + member + "' is set by the workload itself; leave it out here"
                                + (REMOVABLE_MEMBERS.contains(member) ? ", or give null to take it away" : ""));
            }
        });
        specification.goodput().forEach((metric, limit) -> {
            if (!GOODPUT_METRICS.contains(metric)) {
                add("goodput", "'" + metric + "' is not one of ttft, ttfo, tpot, e2el");
            } else if (limit == null || !(limit > 0 && limit <= 3_600_000)) {
                add("goodput", metric + ":" + limit + ": give milliseconds above 0, up to an hour");
            }
        });
    }

    private void checkHeaders() {
        specification.headers().forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            boolean token = !name.isEmpty() && name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ':');
            if (!token || value == null || hasControl(value)) {
                add("headers", "'" + name.replaceAll("\\p{Cntrl}", "?") + "' is not a header that can be sent");
            } else if (OWN_HEADERS.contains(lower)) {
                add("headers", "'" + name + "' is set by the load engine itself; leave it out");
            }
        });
    }

    private static boolean hasControl(String text) {
        return text.chars().anyMatch(c -> c < ' ' || c == 0x7f || (c > 0x7f && Character.isISOControl(c)));
    }

    private void checkTemplate() {
        RequestTemplate template = specification.template();
        if (template == null) {
            return;
        }
        if (template.path() == null
                || !template.path().startsWith("/")
                || !template.path().chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            add("template", "path '" + template.path() + "': give a path such as /generate, without spaces");
        }
        if (template.body() == null || !isJson(template.body())) {
            add("template", "body: give a JSON text in which {prompt}, {model}, {max_tokens}, {index} are replaced");
        }
        if (template.contentPointer() == null || !template.contentPointer().matches("(/.*)?")) {
            add("template", "content_pointer '" + template.contentPointer() + "': give a JSON pointer such as /text");
        }
    }

    private static boolean isJson(String body) {
        String filled = body.replace("{prompt}", "p")
                .replace("{model}", "m")
                .replace("{max_tokens}", "1")
                .replace("{index}", "1");
        try {
            JsonFormat.mapper().readTree(filled);
            return true;
        } catch (JacksonException e) {
            return false;
        }
    }

    private void checkPrompts() {
        SharedPrefix prefix = specification.sharedPrefix();
        if (prefix != null && prefix.hitRate() != null) {
            checkHitRate(prefix);
        } else if (prefix != null && (prefix.levels() != null || prefix.popularity() != null)) {
            add("shared_prefix", "levels and popularity belong to a hit_rate: give one, or leave them out");
        } else if (prefix != null && prefix.tokens() < 1) {
            add("shared_prefix", "tokens " + prefix.tokens() + ": give tokens from 1 to " + LengthDistribution.LARGEST);
        }
        if (prefix != null && specification.dataset() != null) {
            add("shared_prefix", "a dataset brings its own prompts: leave out one of them");
        }
        Conversation conversation = specification.conversation();
        if (conversation != null && conversation.turns().mean() > MOST_TURNS && specification.dataset() == null) {
            add("conversation", "turns " + conversation.turns().mean() + ": give at most " + MOST_TURNS);
        }
        if (conversation != null
                && (conversation.thinkTime().compareTo(LONGEST_THOUGHT) > 0
                        || conversation.thinkTimeDeviation().compareTo(LONGEST_THOUGHT) > 0)) {
            add("conversation", "a think_time of more than a day: give a shorter one");
        }
        if (conversation != null && !specification.endpoint().generates()) {
            add(
                    "conversation",
                    "endpoint " + lower(specification.endpoint()) + " has no answers to talk about: leave it out");
        }
    }

    private void checkHitRate(SharedPrefix prefix) {
        if (prefix.tokens() != 0) {
            add("shared_prefix", "tokens " + prefix.tokens() + ": the hit_rate determines them, leave out one of both");
        }
        if (specification.conversation() != null) {
            add("conversation", "later turns share their conversation: leave it out, or the hit_rate of shared_prefix");
        }
    }

    private void checkFiles() {
        DatasetReference dataset = specification.dataset();
        DatasetValidation.addProblems(specification, problems);
        checkPath("dataset", dataset == null ? null : String.valueOf(dataset.path()));
        checkPath("api_key_file", specification.apiKeyFile());
        checkPath("tokenizer_file", specification.tokenizerFile());
        if (dataset != null && dataset.sha256() != null && !dataset.sha256().matches("[0-9a-f]{64}")) {
            add("dataset", "sha256 '" + dataset.sha256() + "': give 64 hexadecimal digits, or leave it out");
        }
    }

    private void checkTls() {
        TlsSettings tls = specification.tls();
        if (tls == null) {
            return;
        }
        if ((tls.clientCertificate() == null) != (tls.clientKey() == null)) {
            add("tls", "client_certificate and client_key belong together: give both, or neither");
        }
        if (!tls.verifiesServer() && tls.caFile() != null) {
            add(
                    "tls",
                    "insecure trusts every server, so ca_file '" + tls.caFile()
                            + "' would not be looked at: leave one out");
        }
        checkPath("tls.ca_file", tls.caFile());
        checkPath("tls.client_certificate", tls.clientCertificate());
        checkPath("tls.client_key", tls.clientKey());
    }

    /** What is right for itself but would have no effect together. */
    private void checkCombinations() {
        boolean template = specification.endpoint() == Endpoint.TEMPLATE;
        if (specification.template() != null && !template) {
            add(
                    "template",
                    "endpoint " + lower(specification.endpoint()) + " has its own requests: choose endpoint template");
        }
        if (template && !specification.extraBody().isEmpty()) {
            add("extra_body", "endpoint template defines the whole body: write the members into the template");
        }
        if (specification.ignoreEos() && !IGNORES_EOS.contains(specification.endpoint())) {
            add("ignore_eos", "endpoint " + lower(specification.endpoint()) + " does not take it: leave it out");
        }
        if (specification.cancelShare() > 0 && !specification.streaming()) {
            add(
                    "cancel_share",
                    "requests are given up after their first chunk, which answers in one piece do not have");
        }
        if (!specification.thinkTime().isZero()
                && specification.arrivalPattern().isOpenLoop()) {
            add(
                    "think_time",
                    "a rate determines when requests are due, independent of the responses: leave it out, or give the"
                            + " conversation"
                            + " one");
        }
    }

    private static String lower(Endpoint endpoint) {
        return endpoint.name().toLowerCase(Locale.ROOT);
    }

    private void checkPath(String field, @Nullable String path) {
        if (path != null && (!path.startsWith("/") || hasControl(path))) {
            add(field, "'" + path + "' is not the absolute path of a file that every client can read");
        }
    }

    private void add(String field, String message) {
        problems.add(new WorkloadProblem(field, message));
    }
}
