package aifactory.service.http;

import java.util.Map;
import org.slf4j.MDC;

/**
 * While it is open, what this thread logs carries the numbers of the group and the client that the request's path
 * names.
 */
final class LogAbout implements AutoCloseable {
    private static final Map<String, String> NAMES = Map.of("id", "benchmark_id", "client", "client_id");

    private LogAbout() {}

    static LogAbout of(Map<String, String> pathParameters) {
        NAMES.forEach((parameter, name) -> {
            String value = pathParameters.get(parameter);
            if (value != null) {
                MDC.put(name, value);
            }
        });
        return new LogAbout();
    }

    @Override
    public void close() {
        NAMES.values().forEach(MDC::remove);
    }
}
