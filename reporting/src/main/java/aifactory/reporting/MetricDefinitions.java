package aifactory.reporting;

import aifactory.measurement.Metric;
import java.util.List;

/** The definition of each metric, as a sentence that is shown next to its values. Stateless. */
public final class MetricDefinitions {
    /** Those that say something of the AI server, in the order in which people ask for them. */
    public static final List<Metric> OF_SERVER = List.of(
            Metric.TTFT,
            Metric.TTFT_FROM_SCHEDULE,
            Metric.TTFO,
            Metric.TPOT,
            Metric.TPOT_CORRECTED,
            Metric.ITL,
            Metric.E2EL,
            Metric.E2EL_FROM_SCHEDULE);

    /** Those that say something of the way to it, or of the clients. */
    public static final List<Metric> OF_CLIENT =
            List.of(Metric.CONNECT, Metric.UPLOAD, Metric.CAP_DELAY, Metric.SCHEDULE_DELAY, Metric.EVENT_LOOP_LAG);

    private MetricDefinitions() {}

    /** A short name for tables and legends. */
    public static String shortName(Metric metric) {
        return switch (metric) {
            case TTFT -> "TTFT";
            case TTFT_FROM_SCHEDULE -> "TTFT from schedule";
            case TTFO -> "TTFO";
            case TPOT -> "TPOT";
            case TPOT_CORRECTED -> "TPOT corrected";
            case ITL -> "ITL";
            case E2EL -> "E2EL";
            case E2EL_FROM_SCHEDULE -> "E2EL from schedule";
            case CONNECT -> "Connecting";
            case UPLOAD -> "Uploading";
            case CAP_DELAY -> "Cap delay";
            case SCHEDULE_DELAY -> "Schedule delay";
            case EVENT_LOOP_LAG -> "Event-loop lag";
        };
    }

    /** What is measured, from where to where. */
    public static String of(Metric metric) {
        return switch (metric) {
            case TTFT ->
                "From the start of the request to the first chunk with generated content; includes connecting and uploading.";
            case TTFT_FROM_SCHEDULE ->
                "From the time the request was due to the first chunk with content: free of coordinated omission.";
            case TTFO -> "From the start of the request to the first content other than reasoning.";
            case TPOT -> "(E2EL − TTFT) / (output tokens − 1), per request with more than one output token.";
            case TPOT_CORRECTED ->
                "(E2EL − TTFT) / (output tokens − k), where it is known that the first chunk carried k tokens.";
            case ITL -> "Gaps between successive chunks with content, of all requests together. Chunks are not tokens.";
            case E2EL -> "From the start of the request to the last chunk with content.";
            case E2EL_FROM_SCHEDULE ->
                "From the time the request was due to the last chunk with content: free of coordinated omission.";
            case CONNECT -> "Time to open a connection, for requests that opened one.";
            case UPLOAD -> "From the open connection to the last byte of the request.";
            case CAP_DELAY -> "Time that a due request waited for a free slot under the concurrency cap.";
            case SCHEDULE_DELAY -> "Start of a request minus its due time: delay added by the client.";
            case EVENT_LOOP_LAG -> "Delay of periodic probes on the client's event loops.";
        };
    }
}
