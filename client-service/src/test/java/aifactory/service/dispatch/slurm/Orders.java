package aifactory.service.dispatch.slurm;

import aifactory.service.dispatch.DispatchOrder;
import java.time.Duration;

/** Changed orders. */
final class Orders {
    private Orders() {}

    static DispatchOrder withTimeLimit(DispatchOrder order, Duration timeLimit) {
        return new DispatchOrder(
                order.benchmarkId(),
                order.token(),
                order.jobId(),
                order.createdAt(),
                order.numClients(),
                timeLimit,
                order.request(),
                order.clientServiceAddress(),
                order.aiServers(),
                order.server(),
                order.secretFile(),
                order.logDirectory());
    }
}
