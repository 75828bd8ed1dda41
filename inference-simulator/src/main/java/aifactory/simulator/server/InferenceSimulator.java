package aifactory.simulator.server;

import aifactory.measurement.MonotonicClock;
import aifactory.simulator.RequestTimes;
import aifactory.simulator.SimulatorOptions;
import aifactory.simulator.SimulatorStatistics;
import aifactory.simulator.internal.generation.ServerState;
import aifactory.simulator.internal.http.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/**
 * A simulated AI server that is listening. Thread-safe.
 *
 * <pre>{@code
 * try (var server = InferenceSimulator.start(SimulatorOptions.defaults().withPort(0))) {
 *     URI address = server.address(); // http://127.0.0.1:40123
 * }
 * }</pre>
 */
public final class InferenceSimulator implements AutoCloseable {
    private final SimulatorOptions options;
    private final ServerState state;
    private final HttpServer server;

    private InferenceSimulator(SimulatorOptions options, ServerState state, HttpServer server) {
        this.options = options;
        this.state = state;
        this.server = server;
    }

    /**
     * Starts to listen.
     *
     * @throws IOException one line that names the address and the remedy when it cannot be listened on
     */
    public static InferenceSimulator start(SimulatorOptions options) throws IOException {
        ServerState state = new ServerState(options, MonotonicClock.SYSTEM, InstantSource.system());
        return new InferenceSimulator(options, state, HttpServer.start(state, version()));
    }

    /** Where it listens: an HTTP address without a path. */
    public URI address() {
        return server.address();
    }

    /** The port that it listens on. */
    public int port() {
        return address().getPort();
    }

    /** What it has done so far. */
    public SimulatorStatistics statistics() {
        return state.metrics().statistics(state.timeLog().unloggedRequests());
    }

    /** The true times of the requests that have ended, in the order of their end; empty unless the log is on. */
    public List<RequestTimes> requestTimes() {
        return state.timeLog().requests();
    }

    /** Waits until it is closed, or has crashed for good. */
    public void awaitClose() throws InterruptedException {
        server.awaitClose();
    }

    /**
     * Closes all connections, frees the port and writes the log of true times where a file was given. Closing twice
     * does nothing.
     *
     * @throws java.io.UncheckedIOException when the log cannot be written
     */
    @Override
    public void close() {
        Path file = options.timeLog().file();
        if (server.close() && file != null) {
            state.timeLog().write(file);
        }
    }

    private static String version() {
        String version = InferenceSimulator.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
