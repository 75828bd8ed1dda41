package aifactory.service.observation;

import aifactory.protocol.RunResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one AI server told of itself over one run. Bounded: when there are too many samples every other one goes, and from then on as many
 * are passed over.
 *
 * <p>Thread-safe.
 */
final class ServerCourse {
    static final int MOST_SAMPLES = 2_400;

    private final int number;
    private final String target;
    private List<RunResult.ServerSample> samples = new ArrayList<>();
    private int stride = 1;
    private int seen;
    private @Nullable Double preemptionsBefore;
    private @Nullable String problem;

    ServerCourse(int number, String target) {
        this.number = number;
        this.target = target;
    }

    String target() {
        return target;
    }

    /** Adds an answer. */
    synchronized void add(double second, ServerExposition told) {
        Double preemptions = told.preemptions();
        if (preemptions != null && (preemptionsBefore == null || preemptions < preemptionsBefore)) {
            // The first answer, or the server was started again and counts from nought.
            preemptionsBefore = preemptionsBefore == null ? preemptions : Double.valueOf(0);
        }
        if (seen++ % stride != 0) {
            return;
        }
        if (samples.size() == MOST_SAMPLES) {
            thinOut();
        }
        samples.add(new RunResult.ServerSample(
                second,
                told.running(),
                told.waiting(),
                told.kvCacheShare(),
                preemptions == null || preemptionsBefore == null ? null : preemptions - preemptionsBefore));
    }

    /** There was no usable answer; the first reason is kept. */
    synchronized void fail(String reason) {
        if (problem == null) {
            problem = reason;
        }
    }

    private void thinOut() {
        List<RunResult.ServerSample> kept = new ArrayList<>();
        for (int i = 0; i < samples.size(); i += 2) {
            kept.add(samples.get(i));
        }
        samples = kept;
        stride *= 2;
    }

    /** All so far. */
    synchronized RunResult.ServerMetrics told() {
        return new RunResult.ServerMetrics(number, target, List.copyOf(samples), problem);
    }
}
