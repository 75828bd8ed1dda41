package aifactory.reporting.findings;

import aifactory.measurement.RequestObservations;
import aifactory.protocol.Finding;
import aifactory.protocol.RunSummary;
import aifactory.reporting.Figures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the responses themselves show: lengths, rhythm, token counts, refusals. */
final class ResponseFindings {
    private static final double MOST_EARLY = 0.05;
    /** Of randomly spaced chunks a tenth arrive after less than a tenth of the mean gap, of very bursty ones a quarter. */
    private static final double MOST_TOGETHER = 1.0 / 3;
    /** Shorter intervals may come from the client's own event loop. */
    private static final double SHORTEST_INTERVAL_MS = 10;

    private final RunSummary summary;
    private final RequestObservations observations;

    ResponseFindings(RunSummary summary, RequestObservations observations) {
        this.summary = summary;
        this.observations = observations;
    }

    List<Finding> find() {
        return Stream.of(endedEarly(), deliveredInBursts(), tokensUnknown(), serverThrottled())
                .flatMap(Stream::ofNullable)
                .toList();
    }

    private @Nullable Finding endedEarly() {
        RequestObservations.Lengths lengths = observations.lengths();
        double share = (double) lengths.early() / Math.max(1, lengths.requests());
        if (share <= MOST_EARLY) {
            return null;
        }
        Map<String, Double> details = new LinkedHashMap<>();
        double requested = (double) lengths.requestedTokens() / lengths.requests();
        double generated = (double) lengths.generatedTokens() / lengths.requests();
        details.put("requested_output_tokens_mean", requested);
        details.put("output_tokens_mean", generated);
        return new Finding(
                "ended_early",
                Figures.percent(share) + " of " + Figures.count(lengths.requests())
                        + " requests ended before the output length that was asked for: " + Figures.of(generated)
                        + " of " + Figures.of(requested) + " tokens on average.",
                share * 100,
                "%",
                "Use --ignore-eos where the server supports it, or compare only runs with the same output lengths.",
                details);
    }

    private @Nullable Finding deliveredInBursts() {
        RequestObservations.Rhythm rhythm = observations.rhythm();
        if (rhythm.gaps() == 0) {
            return null;
        }
        double share = (double) rhythm.together() / rhythm.gaps();
        double bursts = rhythm.gaps() - rhythm.together();
        double intervalMs = bursts == 0 ? 0 : rhythm.streamingNanos() / 1e6 / bursts;
        boolean atOnce = rhythm.allAtOnce() * 2 > rhythm.requests();
        Double lag = summary.clientHealth().eventLoopLagMs().get("p99");
        double shortest = Math.max(SHORTEST_INTERVAL_MS, lag == null ? 0 : 2 * lag);
        if (share < MOST_TOGETHER || (!atOnce && intervalMs < shortest)) {
            return null;
        }
        Map<String, Double> details = new LinkedHashMap<>();
        details.put("burst_interval_ms", intervalMs);
        details.put("chunks_per_burst", (rhythm.gaps() + rhythm.requests()) / (bursts + rhythm.requests()));
        String how = atOnce
                ? "in most requests all chunks arrived at the same time."
                : "a burst of " + Figures.of(details.get("chunks_per_burst")) + " chunks every "
                        + Figures.of(intervalMs) + " ms.";
        return new Finding(
                "delivered_in_bursts",
                Figures.percent(share) + " of the chunks arrived together with the chunk before: " + how
                        + " ITL describes the bursts, not the generation of tokens, and TTFT includes the wait for the first burst.",
                share * 100,
                "%",
                "Turn off response buffering in the proxy (nginx: proxy_buffering off), or measure the server directly; if the server"
                        + " generates several tokens per step, use TPOT instead of ITL.",
                details);
    }

    private @Nullable Finding tokensUnknown() {
        long unknown = observations.countedByChunks();
        if (unknown == 0) {
            return null;
        }
        double share = (double) unknown / Math.max(1, summary.requests().completed());
        return new Finding(
                "tokens_unknown",
                "The output tokens of " + Figures.count(unknown) + " requests (" + Figures.percent(share)
                        + ") are not known: the server reports no usage, so chunks are counted instead. A chunk may carry several"
                        + " tokens.",
                share * 100,
                "%",
                "Give --tokenizer FILE, or let the server report usage (stream_options.include_usage).");
    }

    private @Nullable Finding serverThrottled() {
        long tooMany = observations.tooManyRequests();
        long unavailable = observations.unavailable();
        if (tooMany + unavailable == 0) {
            return null;
        }
        List<String> parts = new ArrayList<>();
        if (tooMany > 0) {
            parts.add(Figures.count(tooMany) + " with status 429");
        }
        if (unavailable > 0) {
            parts.add(Figures.count(unavailable) + " with status 503");
        }
        double share = (double) (tooMany + unavailable)
                / Math.max(
                        1, summary.requests().completed() + summary.requests().failed());
        Map<String, Double> details = new LinkedHashMap<>();
        details.put("status_429", (double) tooMany);
        details.put("status_503", (double) unavailable);
        return new Finding(
                "server_throttled",
                "The server refused " + SampleFindings.join(parts) + ", " + Figures.percent(share)
                        + " of the requests: the latencies are of the load that it accepted.",
                share * 100,
                "%",
                "Lower the load, or raise the limits of the server or the gateway (rate limit, queue length).",
                details);
    }
}
