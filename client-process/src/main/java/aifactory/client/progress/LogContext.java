package aifactory.client.progress;

import java.util.Map;
import org.slf4j.MDC;

/** Gives every log line of the process's threads the benchmark's and the client's number. Thread-safe. */
public final class LogContext {
    /** Key of the benchmark's id in the logging context. */
    public static final String BENCHMARK_ID = "benchmark_id";
    /** Key of the client's number in the group; absent before registration. */
    public static final String CLIENT_ID = "client_id";

    private final String benchmarkId;
    private volatile String clientId = "";

    public LogContext(long benchmarkId) {
        this.benchmarkId = Long.toString(benchmarkId);
    }

    /** From now on, threads that run something here carry that number. */
    public void clientId(int number) {
        clientId = Integer.toString(number);
        MDC.put(CLIENT_ID, clientId);
    }

    /** Runs the action with the context, and puts back the thread's own afterwards. */
    public void run(Runnable action) {
        Map<String, String> before = MDC.getCopyOfContextMap();
        MDC.put(BENCHMARK_ID, benchmarkId);
        if (!clientId.isEmpty()) {
            MDC.put(CLIENT_ID, clientId);
        }
        try {
            action.run();
        } finally {
            if (before == null) {
                MDC.clear();
            } else {
                MDC.setContextMap(before);
            }
        }
    }

    /** Starts a daemon thread that carries the context. */
    public Thread start(String name, Runnable action) {
        return Thread.ofPlatform().daemon().name(name).start(() -> run(action));
    }
}
