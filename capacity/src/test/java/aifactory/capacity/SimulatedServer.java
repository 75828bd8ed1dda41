package aifactory.capacity;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * A server whose capacity is known, under load at a constant rate. In disturbed steps the machine stands still for a
 * while, and the client notices that in half of them. Requests arrive with some jitter, and take about the same time
 * each.
 */
final class SimulatedServer {
    static final double LIMIT_MS = 300;
    static final int PLACES = 8;
    private static final int UNBOUNDED = 1_000_000;
    private static final double DOWN_SECONDS = 3;

    /** What a server does with more than it can take. */
    enum Kind {
        /** All of it waits. */
        QUEUEING,
        /** More than a few that wait are refused with 503. */
        SHEDDING,
        /** More than so many in a second are refused with 429. */
        RATE_LIMITING,
        /** All are worked on, each more slowly. */
        SLOWING,
        /** More than some that wait end the process, which starts again after a while. */
        CRASHING
    }

    private final Kind kind;
    private final double serviceSeconds;
    private final double disturbedShare;
    private final SplittableRandom random;

    private record Request(double arrived, double ended, boolean failed) {}

    SimulatedServer(Kind kind, double serviceSeconds, double disturbedShare, long seed) {
        this.kind = kind;
        this.serviceSeconds = serviceSeconds;
        this.disturbedShare = disturbedShare;
        this.random = new SplittableRandom(seed);
    }

    double capacity() {
        return PLACES / serviceSeconds;
    }

    /** What a step of some seconds at that rate measures; the latency is that of waiting and being served. */
    StepFigures step(double rate, int seconds) {
        boolean disturbed = random.nextDouble() < disturbedShare;
        double length = disturbed ? 0.3 + 0.5 * random.nextDouble() : 0;
        double stallAt = random.nextDouble() * seconds;
        double[] arrivals = new double[(int) Math.floor(rate * seconds)];
        for (int i = 0; i < arrivals.length; i++) {
            double at = i / rate + 0.002 * random.nextDouble();
            // A machine that stands still sends afterwards what was due meanwhile.
            arrivals[i] = disturbed && at >= stallAt && at < stallAt + length ? stallAt + length : at;
        }
        Arrays.sort(arrivals);
        List<Request> requests = kind == Kind.SLOWING ? shared(arrivals) : slotted(arrivals, stallAt, length);
        return figures(requests, seconds, disturbed && random.nextBoolean());
    }

    private List<Request> slotted(double[] arrivals, double stallAt, double stallLength) {
        int mostWaiting = kind == Kind.SHEDDING ? 4 : kind == Kind.CRASHING ? 20 : UNBOUNDED;
        double tokens = 4;
        double refilled = 0;
        double upAgainAt = 0;
        PriorityQueue<Double> running = new PriorityQueue<>();
        PriorityQueue<Double> free = emptyPlaces(0);
        List<Request> requests = new ArrayList<>();
        for (double arrived : arrivals) {
            while (!running.isEmpty() && running.peek() <= arrived) {
                running.remove();
            }
            tokens = Math.min(4, tokens + (arrived - refilled) * capacity());
            refilled = arrived;
            boolean limited = kind == Kind.RATE_LIMITING && tokens < 1;
            boolean full = running.size() >= PLACES + mostWaiting;
            if (kind == Kind.CRASHING && full) {
                upAgainAt = arrived + DOWN_SECONDS;
                double diedAt = arrived;
                requests.replaceAll(
                        request -> request.ended() > diedAt ? new Request(request.arrived(), diedAt, true) : request);
                running.clear();
                free = emptyPlaces(upAgainAt);
            }
            if (limited || full || arrived < upAgainAt) {
                requests.add(new Request(arrived, arrived, true));
                continue;
            }
            tokens--;
            double startedAt = Math.max(arrived, free.remove());
            startedAt = startedAt >= stallAt && startedAt < stallAt + stallLength ? stallAt + stallLength : startedAt;
            double ended = startedAt + serviceSeconds * (1 + 0.01 * random.nextDouble(-1, 1));
            free.add(ended);
            running.add(ended);
            requests.add(new Request(arrived, ended, false));
        }
        return requests;
    }

    private static PriorityQueue<Double> emptyPlaces(double from) {
        PriorityQueue<Double> free = new PriorityQueue<>();
        for (int place = 0; place < PLACES; place++) {
            free.add(from);
        }
        return free;
    }

    /** Processor sharing beyond the places: all are equally long, so that they end in the order of their arrival. */
    private List<Request> shared(double[] arrivals) {
        List<Request> requests = new ArrayList<>();
        ArrayDeque<double[]> present = new ArrayDeque<>();
        double now = 0;
        double work = 0;
        int next = 0;
        while (next < arrivals.length || !present.isEmpty()) {
            double pace = Math.min(1, PLACES / (double) Math.max(1, present.size()));
            double endsAt =
                    present.isEmpty() ? Double.POSITIVE_INFINITY : now + Math.max(0, present.peek()[1] - work) / pace;
            if (next < arrivals.length && arrivals[next] <= endsAt) {
                work += (arrivals[next] - now) * pace;
                now = arrivals[next++];
                present.add(new double[] {now, work + serviceSeconds});
            } else {
                double[] first = present.remove();
                work = first[1];
                now = endsAt;
                requests.add(new Request(first[0], endsAt, false));
            }
        }
        return requests;
    }

    private static StepFigures figures(List<Request> requests, int seconds, boolean clientNoticed) {
        List<Integer> inFlight = new ArrayList<>();
        for (int second = 1; second <= seconds; second++) {
            int end = second;
            inFlight.add((int) requests.stream()
                    .filter(request -> request.arrived() < end && request.ended() > end)
                    .count());
        }
        double[] latencies = requests.stream()
                .filter(request -> !request.failed())
                .mapToDouble(request -> 1000 * (request.ended() - request.arrived()))
                .sorted()
                .toArray();
        long failed = (long) requests.size() - latencies.length;
        long inTime = requests.stream()
                .filter(request -> !request.failed() && request.ended() <= seconds)
                .count();
        int place = Math.max(0, (int) Math.ceil(0.99 * latencies.length) - 1);
        return new StepFigures(
                latencies.length,
                new StepFigures.Failures(failed, failed, 0, failed == 0 ? "" : failed + " of one cause"),
                inTime / (double) seconds,
                inFlight,
                null,
                List.of(StepFigures.Limit.of(
                        "e2el_ms.p99", LIMIT_MS, latencies.length == 0 ? null : (Double) latencies[place])),
                clientNoticed
                        ? List.of(new StepFigures.ClientProblem(StepFigures.Distortion.UNKNOWN, "a client was paused"))
                        : List.of(),
                null,
                null);
    }
}
