package aifactory.engine;

import java.time.Duration;

/**
 * Bounds and tuning of the load engine.
 *
 * @param eventLoops threads that generate load
 * @param maximumInFlight requests in flight in this process; what is due beyond it waits, and its wait counts as the
 *      client's
 * @param maximumConnecting connections being opened at the same time by one event loop
 * @param connectTimeout the longest time to open a connection
 * @param maximumHeadBytes headers of a response
 * @param maximumEventBytes one server-sent event, or an answer that is not streamed
 * @param maximumChunks chunks with content of one request
 * @param spin how long before a request is due the event loop waits without sleeping; zero never
 * @param encodedAheadBytes memory for requests that are encoded ahead of time
 * @param warmUp whether the first load of the process is preceded by one against a server inside the process, so that
 *      the engine is compiled before it measures
 * @param kernelStamps whether the kernel is asked to stamp what arrives; otherwise, and where it does not, the process
 *      does
 */
public record EngineSettings(
        int eventLoops,
        int maximumInFlight,
        int maximumConnecting,
        Duration connectTimeout,
        int maximumHeadBytes,
        int maximumEventBytes,
        int maximumChunks,
        Duration spin,
        long encodedAheadBytes,
        boolean warmUp,
        boolean kernelStamps) {

    /** Settings with which the kernel stamps what arrives, where it can. */
    public EngineSettings(
            int eventLoops,
            int maximumInFlight,
            int maximumConnecting,
            Duration connectTimeout,
            int maximumHeadBytes,
            int maximumEventBytes,
            int maximumChunks,
            Duration spin,
            long encodedAheadBytes,
            boolean warmUp) {
        this(
                eventLoops,
                maximumInFlight,
                maximumConnecting,
                connectTimeout,
                maximumHeadBytes,
                maximumEventBytes,
                maximumChunks,
                spin,
                encodedAheadBytes,
                warmUp,
                true);
    }

    /** Settings for a process that may use the given number of cores. */
    public static EngineSettings forCores(int cores) {
        return new EngineSettings(
                Math.clamp(cores, 1, 64),
                50_000,
                512,
                Duration.ofSeconds(30),
                64 << 10,
                16 << 20,
                1 << 20,
                Duration.ZERO,
                64L << 20,
                true);
    }

    /** The same without the warm-up: for tests of what the engine does, not of how fast. */
    public EngineSettings withoutWarmUp() {
        return new EngineSettings(
                eventLoops,
                maximumInFlight,
                maximumConnecting,
                connectTimeout,
                maximumHeadBytes,
                maximumEventBytes,
                maximumChunks,
                spin,
                encodedAheadBytes,
                false,
                kernelStamps);
    }

    /** The same with stamps of the process alone, as on a system whose kernel gives none. */
    public EngineSettings withoutKernelStamps() {
        return new EngineSettings(
                eventLoops,
                maximumInFlight,
                maximumConnecting,
                connectTimeout,
                maximumHeadBytes,
                maximumEventBytes,
                maximumChunks,
                spin,
                encodedAheadBytes,
                warmUp,
                false);
    }
}
