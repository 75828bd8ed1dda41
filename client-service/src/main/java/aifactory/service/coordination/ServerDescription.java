package aifactory.service.coordination;

import aifactory.access.AiServerProbe;
import aifactory.protocol.InvalidWorkloadException;
import aifactory.protocol.WorkloadRequest;
import aifactory.workload.WorkloadSpecification;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the first AI server of a run is, for the provenance of its result. Stateless. */
public final class ServerDescription {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private ServerDescription() {}

    /**
     * The model that was asked for, or else the server's first, and the server's version. A server that does not report
     * them is not at fault, and neither is a key or a certificate that only the clients' nodes have.
     */
    public static Map<String, Object> of(List<String> targets, WorkloadRequest request) throws InterruptedException {
        Map<String, Object> description = new LinkedHashMap<>();
        if (!targets.isEmpty()) {
            description.putAll(ask(targets.getFirst(), request));
        }
        if (request.model() != null) {
            description.put("model", request.model());
        }
        return description;
    }

    private static Map<String, Object> ask(String target, WorkloadRequest request) throws InterruptedException {
        try {
            WorkloadSpecification load = request.toSpecification(1, null);
            try (AiServerProbe probe = AiServerProbe.of(load, AiServerProbe.Patience.once(PATIENCE))) {
                return probe.describe(URI.create(target));
            }
        } catch (InvalidWorkloadException | IllegalArgumentException e) {
            return Map.of();
        }
    }
}
