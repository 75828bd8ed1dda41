package aifactory.measurement;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The latencies that a run reports. Recorded in nanoseconds, reported in milliseconds. */
public enum Metric {
    /** Time to first token: {@code firstChunk - started}, connecting and uploading included. */
    TTFT("ttft_ms", "Time to first token"),
    /** Time to first output: first content that is not reasoning, {@code firstOutput - started}. */
    TTFO("ttfo_ms", "Time to first output token"),
    /**
     * Time per output token: {@code (E2EL - TTFT) / (output tokens - 1)}, for requests with more than one output token.
     */
    TPOT("tpot_ms", "Time per output token"),
    /**
     * The same where it is known that the first chunk carried k tokens: {@code (E2EL - TTFT) / (output tokens - k)},
     * for requests with more than k output tokens.
     */
    TPOT_CORRECTED("tpot_corrected_ms", "Time per output token, corrected"),
    /** Inter-token latency: pooled gaps between successive chunks with content. Chunks are not tokens. */
    ITL("itl_ms", "Inter-token latency"),
    /** End-to-end latency: {@code done - started}. */
    E2EL("e2el_ms", "End-to-end latency"),
    /** {@code firstChunk - scheduled}: free of coordinated omission. Open loop only. */
    TTFT_FROM_SCHEDULE("ttft_from_schedule_ms", "Time to first token from schedule"),
    /** {@code done - scheduled}: free of coordinated omission. Open loop only. */
    E2EL_FROM_SCHEDULE("e2el_from_schedule_ms", "End-to-end latency from schedule"),
    /**
     * {@code started - scheduled} less the time a concurrency cap held the request back: what the client itself added.
     */
    SCHEDULE_DELAY("schedule_delay_ms", "Schedule delay"),
    /** Time a due request waited for a free slot under a concurrency cap. Open loop with a cap only. */
    CAP_DELAY("cap_delay_ms", "Delay by the concurrency cap"),
    /** Time to open a connection, for the requests that opened one. */
    CONNECT("connect_ms", "Connecting"),
    /** Time from having a connection to the last byte of the request handed to the socket. */
    UPLOAD("upload_ms", "Uploading"),
    /**
     * How late the client's event loops ran their probes, over the whole load: a figure of the client, not of the
     * server.
     */
    EVENT_LOOP_LAG("event_loop_lag_ms", "Event-loop lag of the client");

    private static final Map<String, Metric> BY_JSON_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Metric::jsonName, metric -> metric));

    private final String jsonName;
    private final String title;

    Metric(String jsonName, String title) {
        this.jsonName = jsonName;
        this.title = title;
    }

    /** The key under which summaries and batches carry this metric; ends in its unit. */
    public String jsonName() {
        return jsonName;
    }

    /** The name for users, without a unit. */
    public String title() {
        return title;
    }

    /** The metric of that {@link #jsonName()}, if there is one. */
    public static Optional<Metric> ofJsonName(String jsonName) {
        return Optional.ofNullable(BY_JSON_NAME.get(jsonName));
    }
}
