package aifactory.protocol;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the time of a run's requests went, and what limits the server, from the server's own metrics next to the
 * clients' measurements.
 *
 * @param engine whose metrics the servers report; null if no server reported any
 * @param latencies the mean time to first token and the mean end-to-end latency, each as a stack of parts; empty
 *     without metrics
 * @param causes what makes it slow, each with its evidence and a remedy, the most important first; empty if nothing
 *     was found
 */
public record Explanation(@Nullable String engine, List<LatencyStack> latencies, List<Finding> causes) {

    public Explanation {
        latencies = List.copyOf(Objects.requireNonNullElse(latencies, List.of()));
        causes = List.copyOf(Objects.requireNonNullElse(causes, List.of()));
    }

    /**
     * A mean latency as a sum.
     *
     * @param metric its name in the summary, for instance {@code ttft_ms}
     * @param meanMs as the clients measured it
     * @param parts in the order in which a request passes them; their sum is {@code meanMs} unless the server's own
     *     durations exceed what the clients measured
     */
    public record LatencyStack(String metric, double meanMs, List<LatencyPart> parts) {
        public LatencyStack {
            parts = List.copyOf(parts);
        }

        /** The sum of all parts. */
        public double sumMs() {
            return parts.stream().mapToDouble(LatencyPart::meanMs).sum();
        }
    }

    /**
     * A part of a mean latency.
     *
     * @param name {@code client}, {@code network}, {@code queue}, {@code prefill}, {@code decode}, {@code server} (its
     *     other work) or {@code unknown}
     * @param meanMs mean over the requests of the measured window
     */
    public record LatencyPart(String name, double meanMs) {}
}
