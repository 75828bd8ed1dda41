package aifactory.reporting.campaign;

import aifactory.capacity.CapacityCurve;
import aifactory.capacity.CapacityResult;
import aifactory.capacity.Judgement;
import aifactory.protocol.RunState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of a campaign, schema {@code aifactory.campaign/1}: written after every step, and read again when the
 * campaign is resumed.
 *
 * @param fileSha256 of what the campaign file asks for
 * @param startedAt ISO 8601, UTC
 * @param latencyName the figure on the curve's latency axis, for instance {@code ttft_ms.p99}
 * @param varies what a search varies; null when the steps are given
 * @param openGroup the group whose clients are at work; null between groups
 * @param steps those that have ended, in the order in which they ran
 * @param capacity the result of a search; null before its end unless it was aborted because a server failed, and
 *      without a search
 * @param complete whether every step has run
 */
public record CampaignDocument(
        String schema,
        String fileSha256,
        String startedAt,
        String latencyName,
        @Nullable String varies,
        @Nullable Long openGroup,
        List<Step> steps,
        @Nullable CapacityResult capacity,
        boolean complete) {
    public static final String SCHEMA = "aifactory.campaign/1";

    public CampaignDocument {
        steps = List.copyOf(steps);
    }

    /**
     * One run of a campaign.
     *
     * @param number from 1
     * @param name what sets it apart, for instance {@code request_rate=40}
     * @param plannedStep which of the given steps it is a run of, from 0; null in a search
     * @param repeat from 1
     * @param load the load requested by a search; null when the steps are given
     * @param runId null if the servers did not become ready, so that there was no run
     * @param directory of its files, below that of the campaign; null without a run
     * @param verdict the judgement of the server; null when the steps are given
     * @param words the verdict, or the measured values, as text
     * @param why this step was taken
     */
    public record Step(
            int number,
            String name,
            @Nullable Integer plannedStep,
            int repeat,
            int numClients,
            @Nullable Double load,
            @Nullable String runId,
            @Nullable String directory,
            RunState status,
            boolean valid,
            Figures figures,
            Judgement.@Nullable Verdict verdict,
            String words,
            String why) {

        /** A step without a run: its servers did not get ready. */
        public static Step withoutServers(
                int number,
                String name,
                @Nullable Integer plannedStep,
                int repeat,
                int numClients,
                String cause,
                String why) {
            return new Step(
                    number,
                    name,
                    plannedStep,
                    repeat,
                    numClients,
                    null,
                    null,
                    null,
                    RunState.FAILED,
                    false,
                    new Figures(0, 0, 0, 0, null, null, null, null, null, null),
                    null,
                    "its servers did not become ready: " + cause,
                    why);
        }
    }

    /**
     * What a step measured; null where it measured nothing.
     *
     * @param requestThroughput completed requests per second within the measured window
     * @param latencyMs the value of the curve
     */
    public record Figures(
            long completed,
            long failed,
            double requestThroughput,
            double outputTokenThroughput,
            @Nullable Double ttftP50Ms,
            @Nullable Double ttftP99Ms,
            @Nullable Double itlP99Ms,
            @Nullable Double e2elP99Ms,
            @Nullable Double latencyMs,
            @Nullable Double sloAttainment) {}

    /** A campaign that has not started. */
    public static CampaignDocument begun(
            String fileSha256, String startedAt, String latencyName, @Nullable String varies) {
        return new CampaignDocument(SCHEMA, fileSha256, startedAt, latencyName, varies, null, List.of(), null, false);
    }

    public CampaignDocument with(Step step) {
        List<Step> more = new ArrayList<>(steps);
        more.add(step);
        return new CampaignDocument(
                schema, fileSha256, startedAt, latencyName, varies, openGroup, more, capacity, complete);
    }

    public CampaignDocument withOpenGroup(@Nullable Long group) {
        return new CampaignDocument(
                schema, fileSha256, startedAt, latencyName, varies, group, steps, capacity, complete);
    }

    /** With what a search found so far; it is not at its end. */
    public CampaignDocument withCapacity(CapacityResult found) {
        return new CampaignDocument(
                schema, fileSha256, startedAt, latencyName, varies, openGroup, steps, found, complete);
    }

    public CampaignDocument completed(@Nullable CapacityResult found) {
        return new CampaignDocument(schema, fileSha256, startedAt, latencyName, varies, openGroup, steps, found, true);
    }

    /**
     * Throughput against latency, one point for each kind of step that was valid at least once, the mean over its
     * repeats. A point's load is that of the search, or the place of the kind in the order of the steps.
     */
    public CapacityCurve curve() {
        List<CapacityCurve.Point> points = new ArrayList<>();
        int place = 0;
        for (List<Step> kind : validByName().values()) {
            place++;
            double throughput = kind.stream()
                    .mapToDouble(step -> step.figures().requestThroughput())
                    .average()
                    .orElse(0);
            double latency = kind.stream()
                    .mapToDouble(step -> step.figures().latencyMs() == null
                            ? 0
                            : step.figures().latencyMs())
                    .average()
                    .orElse(0);
            Double load = kind.getFirst().load();
            points.add(CapacityCurve.Point.of(load == null ? place : load, throughput, latency));
        }
        return CapacityCurve.of(points);
    }

    /** The kinds of the curve's points, in the order of their first run. */
    public Map<String, List<Step>> validByName() {
        Map<String, List<Step>> byName = new LinkedHashMap<>();
        for (Step step : steps) {
            if (step.valid() && step.figures().latencyMs() != null) {
                byName.computeIfAbsent(step.name(), _ -> new ArrayList<>()).add(step);
            }
        }
        return byName;
    }

    /** The point of the curve that a step belongs to; null when it is not on it. */
    public CapacityCurve.@Nullable Point pointOf(Step step, CapacityCurve curve) {
        Double load = step.load();
        List<String> names = List.copyOf(validByName().keySet());
        double wanted = load == null ? names.indexOf(step.name()) + 1 : load;
        return !step.valid()
                ? null
                : curve.points().stream()
                        .filter(point -> point.load() == wanted)
                        .findFirst()
                        .orElse(null);
    }
}
