package aifactory.commandline.campaign;

import aifactory.capacity.StepFigures;
import aifactory.capacity.StepFigures.Distortion;
import aifactory.commandline.load.ServiceLevel;
import aifactory.measurement.FailureKind;
import aifactory.measurement.Metric;
import aifactory.measurement.MetricSummary;
import aifactory.protocol.RunResult;
import aifactory.protocol.RunState;
import aifactory.protocol.RunSummary;
import aifactory.reporting.campaign.CampaignDocument;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a campaign takes from the result of a step. */
final class StepMeasure {
    private static final String SERVER_LOST = "server_lost";
    /** Reasons that say what is missing; all others say in what the clients distorted the run. */
    private static final Set<String> MISSING =
            Set.of("clients_lost", "no_completed_request", "stored_data_damaged", SERVER_LOST);
    /** Distortions whose most is in the result. */
    private static final Map<String, Distortion> BOUNDED =
            Map.of("client_share", Distortion.LATENCY_ADDED, "schedule_delay", Distortion.SENT_LATE);
    /** Failures that occur at any load, since what was asked is wrong. */
    private static final Set<String> BY_REQUEST = names(
            FailureKind.NAME_RESOLUTION,
            FailureKind.TLS_UNTRUSTED,
            FailureKind.TLS_HOST_NAME,
            FailureKind.TLS_EXPIRED,
            FailureKind.HTTP_CLIENT_ERROR,
            FailureKind.HTTP_UNEXPECTED_STATUS);
    /** Failures that a client that is too slow, or out of resources, causes too. */
    private static final Set<String> PERHAPS_BY_CLIENT = names(
            FailureKind.CONNECT_TIMEOUT,
            FailureKind.OUT_OF_PORTS,
            FailureKind.OUT_OF_FILES,
            FailureKind.TIMEOUT,
            FailureKind.TIMEOUT_BEFORE_START,
            FailureKind.LATENCY_OUT_OF_RANGE);

    private final RunResult result;
    private final RunSummary summary;
    private final List<RunResult.TimelinePoint> window;

    StepMeasure(RunResult result, WorkloadSpecification load) {
        this.result = result;
        this.summary = result.summary();
        this.window = window(load);
    }

    /** The whole seconds of the measured window; all of them where its end is not planned. */
    private List<RunResult.TimelinePoint> window(WorkloadSpecification load) {
        Duration planned = load.plannedDuration();
        long from = (load.warmup().toMillis() + 999) / 1000;
        long to = planned == null
                ? Long.MAX_VALUE
                : (planned.toMillis() - load.cooldown().toMillis()) / 1000;
        return result.timeline().stream()
                .filter(point -> point.second() >= from && point.second() < to)
                .toList();
    }

    /**
     * Completed requests per second within the window. What is completed after the load has ended does not count: an
     * overloaded server works off then what it could not take.
     */
    private double throughput() {
        return window.isEmpty()
                ? summary.requestThroughput()
                : window.stream().mapToLong(RunResult.TimelinePoint::completed).sum() / (double) window.size();
    }

    /** For the document. */
    CampaignDocument.Figures figures(String latencyName) {
        return new CampaignDocument.Figures(
                summary.requests().completed(),
                summary.requests().failed(),
                throughput(),
                summary.outputTokenThroughput(),
                figure("ttft_ms.p50"),
                figure("ttft_ms.p99"),
                figure("itl_ms.p99"),
                figure("e2el_ms.p99"),
                figure(latencyName),
                summary.sloAttainment());
    }

    /** For the judge. */
    StepFigures judged(List<ServiceLevel> levels, boolean openLoop) {
        List<StepFigures.Limit> limits = levels.stream()
                .map(level -> level.judge(summary))
                .map(level -> new StepFigures.Limit(
                        level.metric() + "." + level.statistic(),
                        level.limitMs(),
                        level.measuredMs(),
                        addedMs(level.metric()),
                        sentLateMs()))
                .toList();
        List<StepFigures.ClientProblem> problems = summary.invalidReasons().stream()
                .filter(reason -> !MISSING.contains(reason.code()))
                .map(reason -> new StepFigures.ClientProblem(
                        BOUNDED.getOrDefault(reason.code(), Distortion.UNKNOWN), reason.message()))
                .toList();
        List<Integer> inFlight = openLoop
                ? window.stream().map(RunResult.TimelinePoint::inFlight).toList()
                : List.of();
        return new StepFigures(
                summary.requests().completed(),
                failures(),
                throughput(),
                inFlight,
                summary.sloAttainment(),
                limits,
                problems,
                serverLost(),
                incomplete());
    }

    private @Nullable Double addedMs(String name) {
        MetricSummary metric = summary.metrics().get(name);
        return metric == null || metric.clientShare() == null
                ? null
                : metric.clientShare().max();
    }

    private double sentLateMs() {
        MetricSummary delay = summary.metrics().get(Metric.SCHEDULE_DELAY.jsonName());
        return delay == null || delay.count() == 0 ? 0 : delay.max();
    }

    private StepFigures.Failures failures() {
        Map<String, Long> errors = summary.requests().errors();
        long total = summary.requests().failed();
        long byRequest = sum(errors, BY_REQUEST);
        String causes = errors.entrySet().stream()
                .filter(error -> error.getValue() > 0)
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(error -> error.getValue() + " " + error.getKey())
                .collect(Collectors.joining(", "));
        return new StepFigures.Failures(
                total,
                Math.max(0, total - byRequest - sum(errors, PERHAPS_BY_CLIENT)),
                byRequest,
                causes.isEmpty() ? "without a cause" : causes);
    }

    private static long sum(Map<String, Long> errors, Set<String> names) {
        return names.stream().mapToLong(name -> errors.getOrDefault(name, 0L)).sum();
    }

    private static Set<String> names(FailureKind... kinds) {
        return Stream.of(kinds).map(FailureKind::jsonName).collect(Collectors.toUnmodifiableSet());
    }

    /** Why servers that were started for the run were not available until its end; null when they were. */
    @Nullable
    String serverLost() {
        List<String> lost = summary.invalidReasons().stream()
                .filter(reason -> reason.code().equals(SERVER_LOST))
                .map(RunSummary.InvalidReason::message)
                .toList();
        return lost.isEmpty() || !summary.clients().lost().isEmpty() ? null : String.join("; ", lost);
    }

    private @Nullable String incomplete() {
        boolean isWhole = summary.status() == RunState.COMPLETED || summary.status() == RunState.INVALID;
        return isWhole || serverLost() != null
                ? null
                : "the run is " + summary.status().name().toLowerCase(Locale.ROOT)
                        + (summary.clients().lost().isEmpty()
                                ? ""
                                : ": lost " + summary.clients().lostInWords());
    }

    /** The measured values of a step without a target, as text. */
    String words() {
        String incomplete = incomplete();
        if (incomplete != null) {
            return incomplete;
        }
        return summary.valid()
                ? "valid"
                        + (summary.requests().failed() > 0
                                ? ", " + summary.requests().failed() + " requests failed"
                                : "")
                : "not valid: "
                        + String.join(
                                "; ",
                                summary.invalidReasons().stream()
                                        .map(RunSummary.InvalidReason::message)
                                        .toList());
    }

    private @Nullable Double figure(String name) {
        MetricSummary metric = summary.metrics().get(name.substring(0, name.indexOf('.')));
        return metric == null || metric.count() == 0
                ? null
                : ServiceLevel.parse(name, 0).judge(summary).measuredMs();
    }
}
