package aifactory.capacity;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a step of a search measured, as far as it is judged by it.
 *
 * @param completed requests of the measured window
 * @param failures requests of the measured window that failed
 * @param throughput completed requests per second
 * @param inFlight requests in flight at the end of each second of the measured window, in order; empty in closed loop,
 *      where their number is given
 * @param attainment share of requests that met the limits of each request, 0 to 1; null when there are no such limits
 * @param limits metrics that have a limit each
 * @param clientProblems ways in which the clients distorted the step
 * @param serverLost why a server was not available until the end of the step; null when all were
 * @param incomplete why the step has no full result for a reason other than the server; null when it has
 */
public record StepFigures(
        long completed,
        Failures failures,
        double throughput,
        List<Integer> inFlight,
        @Nullable Double attainment,
        List<Limit> limits,
        List<ClientProblem> clientProblems,
        @Nullable String serverLost,
        @Nullable String incomplete) {
    public StepFigures {
        inFlight = List.copyOf(inFlight);
        limits = List.copyOf(limits);
        clientProblems = List.copyOf(clientProblems);
    }

    /** Requests that ended in the measured window. */
    long ended() {
        return completed + failures.total();
    }

    /**
     * Failed requests by who is to blame.
     *
     * @param total all of them
     * @param byServer those that only the server can have caused: refused and broken connections, status 429 and 5xx
     * @param byRequest those that no load explains: a wrong key, an unknown model, an untrusted certificate
     * @param causes all of them by cause, for users, for instance {@code 40 rate_limited, 2 timeout}; empty for none
     */
    public record Failures(long total, long byServer, long byRequest, String causes) {
        /** No request failed. */
        public static final Failures NONE = new Failures(0, 0, 0, "");
    }

    /** What a distortion by the clients can have done, the least first. */
    public enum Distortion {
        /** Latencies are longer than the server's, by no more than what each {@link Limit} says. */
        LATENCY_ADDED,
        /** Requests were sent late as well, by no more than that says. */
        SENT_LATE,
        /** Anything. */
        UNKNOWN
    }

    /**
     * A way in which the clients distorted the step.
     *
     * @param message a sentence for users, with the limit that was exceeded
     */
    public record ClientProblem(Distortion distortion, String message) {}

    /**
     * A metric and its limit.
     *
     * @param name for instance {@code ttft_ms.p99}
     * @param measuredMs null when nothing was measured
     * @param addedMs the most that the clients may have added to a value; null where that is not known
     * @param sentLateMs the most that a request was sent late, and with it the most by which it waited less at the
     *      server, since others had left it by then, or more, since others were sent late too and arrived with it
     */
    public record Limit(
            String name,
            double limitMs,
            @Nullable Double measuredMs,
            @Nullable Double addedMs,
            double sentLateMs) {
        /** Without distortion. */
        public static Limit of(String name, double limitMs, @Nullable Double measuredMs) {
            return new Limit(name, limitMs, measuredMs, null, 0);
        }

        boolean isMet() {
            return measuredMs != null && measuredMs <= limitMs;
        }

        /** However late requests were sent; what the clients added makes it the more certain. */
        boolean isCertainlyMet() {
            return measuredMs != null && measuredMs + sentLateMs <= limitMs;
        }

        /** Even without all that the clients may have added, and had they sent in time. */
        boolean isCertainlyMissed() {
            return measuredMs != null && addedMs != null && measuredMs - addedMs - sentLateMs > limitMs;
        }
    }
}
