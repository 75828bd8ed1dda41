package aifactory.access;

import aifactory.workload.WorkloadSpecification;
import aifactory.workload.dialect.Dialect;
import aifactory.workload.dialect.Dialects;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The headers that a workload asks for, the server's key among them. Stateless. */
public final class RequestHeaders {
    private RequestHeaders() {}

    /**
     * By name; where the workload names a key, with it in place of any header of the same name. Reads the key, which
     * may run a command.
     *
     * @throws IllegalArgumentException when the key cannot be read; the message does not have it
     */
    public static Map<String, String> of(WorkloadSpecification specification) throws InterruptedException {
        Optional<KeySource> source = KeySource.of(specification);
        return with(specification, source.isPresent() ? source.get().read() : null);
    }

    /** The same with a key that has been read; headers that the API requires are among them. */
    public static Map<String, String> with(WorkloadSpecification specification, @Nullable RequestKey key) {
        Map<String, String> headers = new LinkedHashMap<>();
        Dialect dialect = Dialects.of(specification.endpoint());
        if (dialect != null) {
            headers.putAll(dialect.headers());
        }
        specification.headers().forEach((name, value) -> {
            headers.keySet().removeIf(name::equalsIgnoreCase);
            headers.put(name, value);
        });
        if (key != null) {
            headers.keySet().removeIf(name -> name.equalsIgnoreCase(key.header()));
            headers.put(key.header(), key.value());
        }
        return headers;
    }

    /** Whether one of the headers is a key as far as their names say. */
    static boolean haveKey(Map<String, String> headers) {
        return headers.keySet().stream()
                .anyMatch(name -> name.equalsIgnoreCase("authorization")
                        || name.equalsIgnoreCase("api-key")
                        || name.equalsIgnoreCase("x-api-key"));
    }
}
