package aifactory.client.testing;

import aifactory.protocol.ClientCommand;
import aifactory.workload.WorkloadSpecification;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commands as the service sends them. */
public final class Orders {
    private Orders() {}

    /** PREPARE with the default load, for client 0 of 2. */
    public static ClientCommand prepare(String runId) {
        return prepare(runId, List.of("http://127.0.0.1:8000"));
    }

    public static ClientCommand prepareWithTarget(String runId, String target) {
        return prepare(runId, List.of(target));
    }

    public static ClientCommand prepareWithoutTargets(String runId) {
        return prepare(runId, null);
    }

    private static ClientCommand prepare(String runId, @Nullable List<String> targets) {
        return new ClientCommand(
                0,
                ClientCommand.Kind.PREPARE,
                runId,
                "salt-" + runId,
                WorkloadSpecification.closedLoop(4),
                targets,
                new ClientCommand.Share(0, 2),
                null);
    }
}
