package aifactory.servermetrics;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The vocabulary: what an AI server can report of itself, independent of the engine. */
public enum ServerFigure {
    /** Requests that are being processed. */
    REQUESTS_RUNNING(Kind.GAUGE),
    /** Requests in the queue. */
    REQUESTS_WAITING(Kind.GAUGE),
    /** The number of requests that can be processed at the same time, for instance {@code max_num_seqs}. */
    REQUESTS_RUNNING_LIMIT(Kind.GAUGE),
    /** The share of the KV cache in use, 0 to 1. */
    KV_CACHE_USAGE(Kind.SHARE),
    /** The share of prompt tokens found in the prefix cache, 0 to 1, where an engine reports no counters. */
    PREFIX_CACHE_HIT_RATE(Kind.SHARE),
    /** The share of proposed speculative tokens that were accepted, 0 to 1, where an engine reports no counters. */
    SPECULATION_ACCEPTANCE(Kind.SHARE),
    /** Sequences (or slots) in one decoding step. */
    BATCH_SIZE(Kind.GAUGE),
    /** Requests whose computation was discarded or swapped out to make room. */
    PREEMPTIONS(Kind.COUNTER),
    /** Requests that ended, of all clients. */
    REQUESTS_FINISHED(Kind.COUNTER),
    /** Prompt tokens processed. */
    PROMPT_TOKENS(Kind.COUNTER),
    /** Tokens generated. */
    OUTPUT_TOKENS(Kind.COUNTER),
    /** Prompt tokens that were looked up in the prefix cache. */
    PREFIX_CACHE_QUERIES(Kind.COUNTER),
    /** Prompt tokens that were found in the prefix cache. */
    PREFIX_CACHE_HITS(Kind.COUNTER),
    /** Tokens proposed by speculative decoding. */
    SPECULATIVE_TOKENS_PROPOSED(Kind.COUNTER),
    /** Proposed tokens that were accepted. */
    SPECULATIVE_TOKENS_ACCEPTED(Kind.COUNTER),
    /** From receipt of a request until it is scheduled, in seconds. */
    QUEUE_TIME(Kind.HISTOGRAM),
    /** From scheduling to the first token, in seconds. */
    PREFILL_TIME(Kind.HISTOGRAM),
    /** From the first token to the last, in seconds. */
    DECODE_TIME(Kind.HISTOGRAM),
    /** From receipt of a request to its first token, in seconds. */
    TIME_TO_FIRST_TOKEN(Kind.HISTOGRAM),
    /** Between two tokens of a request, in seconds. */
    INTER_TOKEN_LATENCY(Kind.HISTOGRAM),
    /** From receipt of a request to its last token, in seconds. */
    REQUEST_TIME(Kind.HISTOGRAM),
    /** What a gateway adds to a request, in seconds. */
    GATEWAY_TIME(Kind.HISTOGRAM);

    /** How the series of one metric are combined, and what its change over time means. */
    public enum Kind {
        /** A momentary value; the sum over models, engines and ranks. */
        GAUGE,
        /** A momentary share from 0 to 1; the mean over models, engines and ranks. */
        SHARE,
        /** A count that only grows until the server is restarted; the sum over all series. */
        COUNTER,
        /** Durations: their number, their sum and cumulative buckets; the sum over all series. */
        HISTOGRAM
    }

    private final Kind kind;

    ServerFigure(Kind kind) {
        this.kind = kind;
    }

    /** How its series are combined. */
    public Kind kind() {
        return kind;
    }

    /** The name in files, for instance {@code kv_cache_usage}. */
    public String jsonName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The figure with a name; empty if there is none. */
    public static Optional<ServerFigure> named(String jsonName) {
        return Arrays.stream(values())
                .filter(figure -> figure.jsonName().equals(jsonName))
                .findFirst();
    }
}
