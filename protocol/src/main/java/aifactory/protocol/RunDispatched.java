package aifactory.protocol;

import java.util.List;
import java.util.Map;

/** Answer of {@code POST /client-group/{id}/run}. */
public record RunDispatched(String status, long benchmarkId, String runId, List<ClientAnswer> results) {
    /**
     * What one client process said to the run.
     *
     * @param clientProcess its address
     * @param statusCode 200 when it takes part
     */
    public record ClientAnswer(String clientProcess, int statusCode, Map<String, Object> body) {}
}
