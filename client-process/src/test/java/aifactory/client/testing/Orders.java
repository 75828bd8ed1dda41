package aifactory.client.testing;

import aifactory.protocol.ClientCommand;
import aifactory.workload.WorkloadSpecification;
import java.util.List;

/** Commands as the service sends them. */
public final class Orders {
    private Orders() {}

    /** PREPARE with the default load, for client 0 of 2. */
    public static ClientCommand prepare(String runId) {
        return new ClientCommand(
                0,
                ClientCommand.Kind.PREPARE,
                runId,
                "salt-" + runId,
                WorkloadSpecification.defaults(4),
                List.of("http://127.0.0.1:8000"),
                new ClientCommand.Share(0, 2),
                null);
    }
}
