package aifactory.commandline.progress;

import aifactory.protocol.GroupInfo;
import aifactory.protocol.RunProgress;
import aifactory.protocol.RunState;
import aifactory.protocol.RunView;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Describes the state of a starting group, and of an active run, as text. */
public final class RunProgressText {
    private static final int BAR_COLUMNS = 30;

    private RunProgressText() {}

    /** A group on its way to being ready. */
    public static ProgressText of(GroupInfo group) {
        String state = group.status().name().toLowerCase(Locale.ROOT);
        String reason = group.reason() == null ? "" : " (" + group.reason() + ")";
        String line = "clients: " + group.registered() + " of " + group.numClients() + " registered" + servers(group)
                + ", group " + state + reason;
        return ProgressText.of("clients " + state, line);
    }

    private static String servers(GroupInfo group) {
        return group.servers().isEmpty()
                ? ""
                : ", "
                        + group.servers().stream()
                                .map(server -> server.name() + " "
                                        + server.state().name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "));
    }

    /** A run. */
    public static ProgressText of(RunView run) {
        String state = run.state().name().toLowerCase(Locale.ROOT);
        RunProgress progress = run.progress();
        if (progress == null || run.state() == RunState.QUEUED || run.state() == RunState.ARMING) {
            return ProgressText.of(state, "run " + run.runId() + ": " + state);
        }
        return new ProgressText(state, line(state, progress), area(state, progress));
    }

    private static String line(String state, RunProgress progress) {
        return String.format(
                Locale.ROOT,
                "%s %s: %d completed, %d failed, %.1f req/s, %.0f tok/s, %d in flight, %s, %s, %d of %d clients%s",
                state,
                elapsed(progress),
                progress.all().completed(),
                progress.all().failed(),
                progress.requestRate(),
                progress.outputTokenRate(),
                progress.inFlight(),
                latency("TTFT", progress.ttftP50Ms(), progress.ttftP99Ms()),
                latency("ITL", progress.itlP50Ms(), progress.itlP99Ms()),
                progress.clientsReporting(),
                progress.clientsExpected(),
                errors(progress));
    }

    private static List<String> area(String state, RunProgress progress) {
        return List.of(
                String.format(
                        Locale.ROOT,
                        "%s %s %s  clients %d/%d",
                        state,
                        bar(progress),
                        elapsed(progress),
                        progress.clientsReporting(),
                        progress.clientsExpected()),
                String.format(
                        Locale.ROOT,
                        "  %.1f req/s  %.0f tok/s  in flight %d  completed %d  failed %d%s",
                        progress.requestRate(),
                        progress.outputTokenRate(),
                        progress.inFlight(),
                        progress.all().completed(),
                        progress.all().failed(),
                        errors(progress)),
                "  " + latency("TTFT", progress.ttftP50Ms(), progress.ttftP99Ms()) + "   "
                        + latency("ITL", progress.itlP50Ms(), progress.itlP99Ms()));
    }

    private static String elapsed(RunProgress progress) {
        double elapsed = progress.elapsedSeconds();
        if (elapsed < 0) {
            return String.format(Locale.ROOT, "starts in %.1f s", -elapsed);
        }
        Double planned = progress.plannedSeconds();
        return planned == null
                ? String.format(Locale.ROOT, "%.0f s", elapsed)
                : String.format(
                        Locale.ROOT,
                        "%.0f of %.0f s, %.0f s remain",
                        Math.min(elapsed, planned),
                        planned,
                        Math.max(0, planned - elapsed));
    }

    private static String bar(RunProgress progress) {
        Double planned = progress.plannedSeconds();
        if (planned == null || planned <= 0) {
            return "";
        }
        int done = (int) Math.round(BAR_COLUMNS * Math.clamp(progress.elapsedSeconds() / planned, 0.0, 1.0));
        return "[" + "#".repeat(done) + "-".repeat(BAR_COLUMNS - done) + "]";
    }

    private static String latency(String name, @Nullable Double median, @Nullable Double p99) {
        return median == null || p99 == null
                ? name + " -"
                : String.format(Locale.ROOT, "%s p50 %.1f p99 %.1f ms", name, median, p99);
    }

    private static String errors(RunProgress progress) {
        return progress.all().errors().isEmpty() ? "" : " " + progress.all().errors();
    }
}
