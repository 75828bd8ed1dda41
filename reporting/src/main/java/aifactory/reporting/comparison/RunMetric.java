package aifactory.reporting.comparison;

import aifactory.protocol.EnergySummary;
import aifactory.protocol.GpuSummary;
import aifactory.protocol.RunSummary;
import java.util.Arrays;
import java.util.Optional;

/** The metrics of a whole run, of which there is one value instead of one per request. */
enum RunMetric {
    REQUEST_THROUGHPUT("request_throughput", "Request throughput", "req/s", Better.MORE),
    OUTPUT_TOKEN_THROUGHPUT("output_token_throughput", "Output throughput", "tok/s", Better.MORE),
    GOODPUT("goodput_rps", "Goodput", "req/s", Better.MORE),
    /** Failed requests of all that completed or failed, 0 to 1. The sides differ by so many points, not by a ratio. */
    ERROR_SHARE("error_share", "Failed requests", "share", Better.LESS),
    OUTPUT_TOKENS_PER_REQUEST("output_tokens_per_request", "Output tokens per request", "tokens", Better.NEITHER),
    /** Energy of the servers' nodes per output token; where it is not known, of the GPUs of the clients' nodes. */
    ENERGY_PER_OUTPUT_TOKEN("energy_per_output_token", "Energy per output token", "J", Better.LESS);

    /** Which of two values is better. */
    enum Better {
        MORE,
        LESS,
        NEITHER
    }

    private static final double JOULES_PER_WATT_HOUR = 3600;

    private final String jsonName;
    private final String title;
    private final String unit;
    private final Better better;

    RunMetric(String jsonName, String title, String unit, Better better) {
        this.jsonName = jsonName;
        this.title = title;
        this.unit = unit;
        this.better = better;
    }

    String jsonName() {
        return jsonName;
    }

    String title() {
        return title;
    }

    String unit() {
        return unit;
    }

    Better better() {
        return better;
    }

    /** Whether sides differ by an amount instead of a ratio. */
    boolean isDifference() {
        return this == ERROR_SHARE;
    }

    /** The value of a run; NaN where it has none. */
    double of(RunSummary summary) {
        return switch (this) {
            case REQUEST_THROUGHPUT -> summary.requestThroughput();
            case OUTPUT_TOKEN_THROUGHPUT -> summary.outputTokenThroughput();
            case GOODPUT -> goodput(summary);
            case ERROR_SHARE -> errorShare(summary);
            case OUTPUT_TOKENS_PER_REQUEST -> outputTokens(summary);
            case ENERGY_PER_OUTPUT_TOKEN -> energy(summary);
        };
    }

    static Optional<RunMetric> ofJsonName(String name) {
        return Arrays.stream(values())
                .filter(metric -> metric.jsonName.equals(name))
                .findFirst();
    }

    private static double goodput(RunSummary summary) {
        return summary.goodputRps() == null ? Double.NaN : summary.goodputRps();
    }

    private static double errorShare(RunSummary summary) {
        long ended = summary.requests().completed() + summary.requests().failed();
        return ended == 0 ? Double.NaN : (double) summary.requests().failed() / ended;
    }

    private static double outputTokens(RunSummary summary) {
        long completed = summary.requests().completed();
        return completed == 0 ? Double.NaN : (double) summary.tokens().output() / completed;
    }

    private static double energy(RunSummary summary) {
        EnergySummary ofServers = summary.energy();
        if (ofServers != null && ofServers.joulesPerOutputToken() != null) {
            return ofServers.joulesPerOutputToken();
        }
        GpuSummary gpus = summary.gpus();
        if (gpus == null || gpus.gpus().isEmpty() || summary.tokens().output() == 0) {
            return Double.NaN;
        }
        double wattHours = 0;
        for (GpuSummary.Gpu gpu : gpus.gpus()) {
            if (gpu.energyWattHours() == null) {
                return Double.NaN;
            }
            wattHours += gpu.energyWattHours();
        }
        return wattHours * JOULES_PER_WATT_HOUR / summary.tokens().output();
    }
}
