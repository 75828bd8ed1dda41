package aifactory.capacity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** A server with so many places, each taken for a fixed time, whose capacity is therefore known; arrivals are at a constant rate. */
final class SlottedServer {
    static final double LIMIT_MS = 300;

    private final int places;
    private final double serviceSeconds;
    private final double stallShare;
    private final SplittableRandom random;

    /**
     * @param stallShare of the steps in which the server stands still for 0.4 s
     */
    SlottedServer(int places, double serviceSeconds, double stallShare, long seed) {
        this.places = places;
        this.serviceSeconds = serviceSeconds;
        this.stallShare = stallShare;
        this.random = new SplittableRandom(seed);
    }

    double capacity() {
        return places / serviceSeconds;
    }

    /** What a step of some seconds at that rate measures; the latency is that of waiting and being served. */
    StepFigures step(double rate, int seconds) {
        double stallAt = random.nextDouble() < stallShare ? random.nextDouble() * seconds : -1;
        PriorityQueue<Double> free = new PriorityQueue<>();
        for (int place = 0; place < places; place++) {
            free.add(0.0);
        }
        int count = (int) Math.floor(rate * seconds);
        double[] latencies = new double[count];
        double[] ends = new double[count];
        for (int i = 0; i < count; i++) {
            double arrived = i / rate;
            double begun = Math.max(arrived, free.remove());
            if (stallAt >= 0 && begun >= stallAt && begun < stallAt + 0.4) {
                begun = stallAt + 0.4;
            }
            ends[i] = begun + serviceSeconds * (1 + 0.01 * random.nextDouble(-1, 1));
            free.add(ends[i]);
            latencies[i] = 1000 * (ends[i] - arrived);
        }
        List<Integer> inFlight = new ArrayList<>();
        int completedInTime = 0;
        for (int second = 1; second <= seconds; second++) {
            int present = 0;
            for (int i = 0; i < count && i / rate < second; i++) {
                present += ends[i] > second ? 1 : 0;
            }
            inFlight.add(present);
        }
        for (double end : ends) {
            completedInTime += end <= seconds ? 1 : 0;
        }
        Arrays.sort(latencies);
        double p99 = count == 0 ? 0 : latencies[Math.min(count - 1, (int) Math.ceil(0.99 * count) - 1)];
        return new StepFigures(
                count,
                0,
                completedInTime / (double) seconds,
                inFlight,
                null,
                List.of(new StepFigures.Limit("e2el_ms.p99", LIMIT_MS, p99)),
                List.of(),
                null);
    }
}
