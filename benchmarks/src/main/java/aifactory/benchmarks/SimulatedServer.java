package aifactory.benchmarks;

import aifactory.simulator.SimulatorOptions;
import aifactory.simulator.server.InferenceSimulator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * A simulated AI server that logs the true times of every chunk: {@code SimulatedServer NAME=VALUE…} with
 * {@code ttft_ms}, {@code itl_ms}, {@code zero_work} and {@code time_log}, the file that the log is written to in the
 * end. Prints {@code listening PORT} and ends when its standard input does.
 */
public final class SimulatedServer {
    private static final int LOGGED_REQUESTS = 2_000_000;

    private SimulatedServer() {}

    public static void main(String[] arguments) throws IOException {
        Map<String, String> values = NamedValues.of(arguments);
        SimulatorOptions options = SimulatorOptions.defaults()
                .withPort(0)
                .withModel("simulated")
                .withSequences(100_000, 100_000)
                .withZeroWork(Boolean.parseBoolean(values.getOrDefault("zero_work", "false")))
                .withLatencies(
                        millis(values.getOrDefault("ttft_ms", "50")), millis(values.getOrDefault("itl_ms", "10")));
        String log = values.get("time_log");
        if (log != null) {
            options = options.withTimeLog(new SimulatorOptions.TimeLog(LOGGED_REQUESTS, Path.of(log)));
        }
        try (InferenceSimulator server = InferenceSimulator.start(options)) {
            System.out.println("listening " + server.port());
            while (System.in.read() >= 0) {
                // The parent process sends nothing, and closes the pipe when the server is no longer needed.
            }
        }
    }

    private static Duration millis(String value) {
        return Duration.ofNanos((long) (Double.parseDouble(value) * 1e6));
    }
}
