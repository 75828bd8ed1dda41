package aifactory.protocol;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.Endpoint;
import aifactory.workload.RateStep;
import aifactory.workload.TlsSettings;
import aifactory.workload.WorkloadProblem;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds what cannot work about a workload. Stateless. */
final class WorkloadValidation {
    private static final double HIGHEST_RATE = 1_000_000;
    private static final int HIGHEST_CONCURRENCY = 1_000_000;
    private static final long HIGHEST_COUNT = 1_000_000_000L;
    private static final int MOST_STEPS = 10_000;
    private static final Duration LONGEST = Duration.ofDays(30);
    private static final Set<String> GOODPUT_METRICS =
            Set.of("ttft", "ttfo", "tpot", "e2el", "ttft_ms", "ttfo_ms", "tpot_ms", "e2el_ms");
    private static final Set<String> OWN_MEMBERS =
            Set.of("messages", "prompt", "input", "model", "stream", "stream_options", "max_tokens");
    private static final Set<String> OWN_HEADERS =
            Set.of("content-length", "transfer-encoding", "connection", "x-request-id", "expect", "upgrade");

    private final WorkloadSpecification specification;
    private final List<WorkloadProblem> problems = new ArrayList<>();

    private WorkloadValidation(WorkloadSpecification specification) {
        this.specification = specification;
    }

    static List<WorkloadProblem> problemsOf(WorkloadSpecification specification) {
        WorkloadValidation validation = new WorkloadValidation(specification);
        validation.checkLoad();
        validation.checkSteps();
        validation.checkTimes();
        validation.checkRequests();
        validation.checkHeaders();
        validation.checkTls();
        return validation.problems;
    }

    private void checkLoad() {
        ArrivalPattern pattern = specification.arrivalPattern();
        Double rate = specification.requestRate();
        Integer concurrency = specification.concurrency();
        boolean stepped = !specification.steps().isEmpty();
        if (rate != null && !(rate > 0 && rate <= HIGHEST_RATE)) {
            add("request_rate", rate + " is not a rate: give requests per second above 0, up to " + HIGHEST_RATE);
        }
        if (concurrency != null && (concurrency < 1 || concurrency > HIGHEST_CONCURRENCY)) {
            add("concurrency", concurrency + ": give requests in flight from 1 to " + HIGHEST_CONCURRENCY);
        }
        if (!pattern.isOpenLoop() && (rate != null || stepped)) {
            add(
                    "arrival_pattern",
                    "closed keeps requests in flight and takes no rate: leave out request_rate and steps,"
                            + " or choose constant, poisson or gamma");
        }
        if (pattern.isOpenLoop() && pattern != ArrivalPattern.TRACE && rate == null && !stepped) {
            add("request_rate", "missing: arrival_pattern " + lower(pattern) + " needs one, or steps");
        }
        if (rate != null && stepped) {
            add("steps", "steps bring their own rates: leave out request_rate");
        }
        if (!(specification.burstiness() > 0 && specification.burstiness() <= 1000)) {
            add("burstiness", specification.burstiness() + ": give a number above 0, up to 1000; 1 is Poisson");
        }
        Long count = specification.requestCount();
        if (count != null && (count < 1 || count > HIGHEST_COUNT)) {
            add("request_count", count + ": give requests from 1 to " + HIGHEST_COUNT);
        }
    }

    private void checkSteps() {
        List<RateStep> steps = specification.steps();
        if (steps.size() > MOST_STEPS) {
            add("steps", steps.size() + " steps: give at most " + MOST_STEPS);
        }
        for (int i = 0; i < steps.size(); i++) {
            RateStep step = steps.get(i);
            Double end = step.endRequestRate();
            boolean ratesFit = isStepRate(step.requestRate()) && (end == null || isStepRate(end));
            if (!ratesFit || step.duration() == null || step.duration().isZero() || tooLong(step.duration())) {
                add("steps", "step " + (i + 1) + ": give rates from 0 to " + HIGHEST_RATE + " and a duration above 0");
            } else if (step.growth() == RateStep.RampShape.EXPONENTIAL
                    && (step.requestRate() == 0 || (end != null && end == 0))) {
                add("steps", "step " + (i + 1) + ": an exponential ramp cannot begin or end at 0");
            }
        }
    }

    private static boolean isStepRate(double rate) {
        return rate >= 0 && rate <= HIGHEST_RATE;
    }

    private void checkTimes() {
        Duration duration = specification.duration();
        if (duration != null && (duration.isZero() || tooLong(duration))) {
            add("duration", duration.toSeconds() + " s: give a time above 0, up to " + LONGEST.toDays() + " days");
        }
        if (specification.timeout().isZero() || tooLong(specification.timeout())) {
            add("timeout", specification.timeout().toSeconds() + " s: give a time above 0, up to 30 days");
        }
        if (tooLong(specification.thinkTime())) {
            add("think_time", specification.thinkTime().toSeconds() + " s: give at most 30 days");
        }
        Duration outside = specification.warmup().plus(specification.cooldown());
        if (duration != null && outside.compareTo(duration) >= 0) {
            add(
                    "warmup",
                    "warmup and cooldown take " + outside.toMillis() + " ms of a duration of " + duration.toMillis()
                            + " ms: nothing is left to measure");
        }
        if (duration == null
                && specification.steps().isEmpty()
                && !specification.cooldown().isZero()) {
            add(
                    "cooldown",
                    "a run that ends by request_count has no time to cool down before its end: give a duration");
        }
    }

    private static boolean tooLong(@Nullable Duration duration) {
        return duration != null && duration.compareTo(LONGEST) > 0;
    }

    private void checkRequests() {
        if (specification.model() != null && (specification.model().isBlank() || hasControl(specification.model()))) {
            add("model", "an empty name, or one with control characters");
        }
        if (!(specification.cancelShare() >= 0 && specification.cancelShare() <= 1)) {
            add("cancel_share", specification.cancelShare() + ": give a share from 0 to 1");
        }
        if (specification.endpoint() == Endpoint.TEMPLATE && specification.template() == null) {
            add("template", "missing: endpoint template needs a path and a body");
        }
        if (specification.endpoint() == Endpoint.EMBEDDINGS && specification.streaming()) {
            add("streaming", "embeddings are never streamed: leave it out");
        }
        for (String member : specification.extraBody().keySet()) {
            if (OWN_MEMBERS.contains(member)) {
                add("extra_body", "'" + member + "' is set by the workload itself; leave it out here");
            }
        }
        specification.goodput().forEach((metric, limit) -> {
            if (!GOODPUT_METRICS.contains(metric)) {
                add("goodput", "'" + metric + "' is none of ttft, ttfo, tpot, e2el");
            } else if (!(limit > 0 && limit <= 3_600_000)) {
                add("goodput", metric + ":" + limit + ": give milliseconds above 0, up to an hour");
            }
        });
    }

    private void checkHeaders() {
        specification.headers().forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            boolean token = !name.isEmpty() && name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ':');
            if (!token || hasControl(value)) {
                add("headers", "'" + name.replaceAll("\\p{Cntrl}", "?") + "' is not a header that can be sent");
            } else if (OWN_HEADERS.contains(lower)) {
                add("headers", "'" + name + "' is set by the load engine itself; leave it out");
            }
        });
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
        checkFile("tls.ca_file", tls.caFile());
        checkFile("tls.client_certificate", tls.clientCertificate());
        checkFile("tls.client_key", tls.clientKey());
        checkFile("api_key_file", specification.apiKeyFile());
    }

    private void checkFile(String field, @Nullable String path) {
        if (path != null && (!path.startsWith("/") || hasControl(path))) {
            add(field, "'" + path.replaceAll("\\p{Cntrl}", "?") + "' is not an absolute path: clients run elsewhere");
        }
    }

    private static boolean hasControl(String text) {
        return text.chars().anyMatch(c -> c < ' ' || c == 0x7f || (c > 0x7f && Character.isISOControl(c)));
    }

    private static String lower(ArrivalPattern pattern) {
        return pattern.name().toLowerCase(Locale.ROOT);
    }

    private void add(String field, String message) {
        problems.add(new WorkloadProblem(field, message));
    }
}
