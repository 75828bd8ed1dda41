package aifactory.reporting.findings;

import aifactory.measurement.RequestObservations;
import aifactory.measurement.ResponseRemark;
import aifactory.measurement.ResponseTotals;
import aifactory.measurement.RunAggregate;
import aifactory.measurement.TokenSource;
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
    private static final double MOST_FIRST_CHUNKS = 0.05;
    private static final double MOST_DISAGREEMENT = 0.01;
    /**
     * Of randomly spaced chunks a tenth arrive after less than a tenth of the mean gap, of very bursty ones a quarter.
     */
    private static final double MOST_TOGETHER = 1.0 / 3;
    /** Shorter intervals may come from the client's own event loop. */
    private static final double SHORTEST_INTERVAL_MS = 10;

    private final RunSummary summary;
    private final RequestObservations observations;
    private final ResponseTotals totals;

    ResponseFindings(RunSummary summary, RunAggregate aggregate) {
        this.summary = summary;
        this.observations = aggregate.observations();
        this.totals = aggregate.responses();
    }

    List<Finding> find() {
        return Stream.of(
                        endedEarly(),
                        deliveredInBursts(),
                        firstChunkOfSeveralTokens(),
                        tokensDisagree(),
                        tokensUnknown(),
                        otherContentType(),
                        compressed(),
                        serverThrottled())
                .flatMap(Stream::ofNullable)
                .toList();
    }

    private @Nullable Finding endedEarly() {
        RequestObservations.Lengths lengths = observations.lengths();
        double share = (double) lengths.early() / Math.max(1, lengths.requests());
        // A document ends where it is complete, at any length.
        if (share <= MOST_EARLY || summary.requests().documents() != null) {
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
                "Use --ignore-eos if the server supports it, or compare only runs with the same output lengths.",
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
                        + " ITL describes the bursts, not the generation of tokens, and TTFT includes the wait for"
                        + " the first burst.",
                share * 100,
                "%",
                "Turn off response buffering in the proxy (nginx: proxy_buffering off), or measure the server"
                        + " directly; if the server"
                        + " generates several tokens per step, use TPOT instead of ITL.",
                details);
    }

    private @Nullable Finding firstChunkOfSeveralTokens() {
        RequestObservations.FirstChunks chunks = observations.firstChunksOfSeveralTokens();
        double share =
                (double) chunks.requests() / Math.max(1, summary.requests().completed());
        if (share <= MOST_FIRST_CHUNKS) {
            return null;
        }
        return new Finding(
                "first_chunk_of_several_tokens",
                "The first chunk carried " + Figures.of((double) chunks.tokens() / chunks.requests())
                        + " tokens on average in " + Figures.percent(share)
                        + " of the requests: TPOT counts tokens whose time is part of TTFT.",
                share * 100,
                "%",
                "Use tpot_corrected_ms, which leaves the tokens of the first chunk out.");
    }

    private @Nullable Finding tokensDisagree() {
        long mismatches = totals.remarks().getOrDefault(ResponseRemark.USAGE_MISMATCH, 0L);
        long usage = totals.comparedUsageTokens();
        long counted = totals.comparedCountedTokens();
        boolean byTokenizer = totals.countedBy() == TokenSource.TOKENIZER;
        double difference = counted == 0 ? 0 : Math.abs((double) usage / counted - 1);
        boolean differ = byTokenizer && difference > MOST_DISAGREEMENT;
        if (mismatches == 0 && !differ) {
            return null;
        }
        Map<String, Double> details = new LinkedHashMap<>();
        details.put("mismatched_requests", (double) mismatches);
        details.put("usage_output_tokens", (double) usage);
        details.put("counted_output_tokens", (double) counted);
        String message = differ
                ? "The server reports " + Figures.count(usage) + " output tokens, the tokenizer counts "
                        + Figures.count(counted) + " in the same " + Figures.count(totals.comparedRequests())
                        + " requests (" + Figures.percent(difference) + " apart)."
                : "The server's usage has no usable count of output tokens in " + Figures.count(mismatches)
                        + " responses, or one that cannot be right (0, or fewer than there are chunks): these tokens"
                        + " are counted by"
                        + " the next source.";
        return new Finding(
                "tokens_disagree",
                message,
                differ ? difference * 100 : mismatches,
                differ ? "%" : "requests",
                "Check the server's usage and that --tokenizer is the model's; token rates depend on which count is right.",
                details);
    }

    private @Nullable Finding otherContentType() {
        long responses = totals.remarks().getOrDefault(ResponseRemark.OTHER_CONTENT_TYPE, 0L);
        return responses == 0
                ? null
                : new Finding(
                        "other_content_type",
                        Figures.count(responses)
                                + " responses have a content type other than that of their content; they were judged by their"
                                + " content.",
                        responses,
                        "responses",
                        "Check the gateway in front of the server: an event stream should be text/event-stream.");
    }

    private @Nullable Finding compressed() {
        long responses = totals.remarks().getOrDefault(ResponseRemark.COMPRESSED, 0L);
        return responses == 0
                ? null
                : new Finding(
                        "unexpected_encoding",
                        Figures.count(responses)
                                + " responses were compressed although the client did not ask for it. Compression may"
                                + " hold tokens"
                                + " back, so TTFT and ITL may describe the compression.",
                        responses,
                        "responses",
                        "Turn off compression in the proxy (nginx: gzip off), or measure the server directly.");
    }

    private @Nullable Finding tokensUnknown() {
        long unknown = observations.countedByChunks() + totals.unknownTokenRequests();
        if (unknown == 0
                || "embeddings".equals(summary.provenance().specification().get("endpoint"))) {
            return null;
        }
        double share = (double) unknown / Math.max(1, summary.requests().completed());
        return new Finding(
                "tokens_unknown",
                "The output tokens of " + Figures.count(unknown) + " requests (" + Figures.percent(share)
                        + ") are not known: the server reports no usage, so chunks are counted instead. A chunk may"
                        + " carry several"
                        + " tokens.",
                share * 100,
                "%",
                "Give --tokenizer FILE, or let the server report usage (stream_options.include_usage).");
    }

    private @Nullable Finding serverThrottled() {
        long tooMany = observations.tooManyRequests();
        long unavailable = observations.unavailable();
        RequestObservations.RetryAfter wait = observations.retryAfter();
        long throttled = observations.throttled();
        if (throttled == 0) {
            return null;
        }
        List<String> parts = new ArrayList<>();
        if (tooMany > 0) {
            parts.add(Figures.count(tooMany) + " with status 429");
        }
        if (unavailable > 0) {
            parts.add(Figures.count(unavailable) + " with status 503");
        }
        long others = throttled - tooMany - unavailable;
        if (others > 0) {
            parts.add(Figures.count(others) + " with another status and Retry-After");
        }
        String asked = wait.responses() == 0
                ? ""
                : " " + Figures.count(wait.responses()) + " of the responses asked to wait (Retry-After): "
                        + Figures.count(wait.medianSeconds()) + " s in the median, "
                        + Figures.count(wait.largestSeconds())
                        + " s at most.";
        double share = (double) throttled
                / Math.max(
                        1, summary.requests().completed() + summary.requests().failed());
        Map<String, Double> details = new LinkedHashMap<>();
        details.put("status_429", (double) tooMany);
        details.put("status_503", (double) unavailable);
        details.put("retry_after", (double) wait.responses());
        if (wait.responses() > 0) {
            details.put("retry_after_median_s", (double) wait.medianSeconds());
            details.put("retry_after_max_s", (double) wait.largestSeconds());
        }
        return new Finding(
                "server_throttled",
                "The server refused requests: " + SampleFindings.join(parts) + ", " + Figures.percent(share)
                        + " of all." + asked + " The latencies are of the load that it accepted.",
                share * 100,
                "%",
                "Lower the load, or raise the limits of the server or the gateway (rate limit, queue length).",
                details);
    }
}
