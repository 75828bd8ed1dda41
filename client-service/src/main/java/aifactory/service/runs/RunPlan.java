package aifactory.service.runs;

import aifactory.protocol.WorkloadRequest;
import aifactory.workload.WorkloadSpecification;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run is to do, as it is stored.
 *
 * @param request as the user sent it, for a run that waits for its group
 * @param specification null while the run waits
 * @param participants the clients that take part, in the order of their shares
 */
public record RunPlan(
        WorkloadRequest request,
        @Nullable WorkloadSpecification specification,
        List<String> targets,
        String salt,
        List<Integer> participants,
        int expectedClients,
        int registeredClients) {}
