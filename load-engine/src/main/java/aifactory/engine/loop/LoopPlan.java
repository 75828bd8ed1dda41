package aifactory.engine.loop;

import aifactory.engine.EngineSettings;
import aifactory.workload.Endpoint;
import aifactory.workload.RequestTemplate;
import aifactory.workload.WorkloadSpecification;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's share of the work.
 *
 * @param concurrency of this event loop, {@link Integer#MAX_VALUE} where the workload sets none
 * @param maximumInFlight requests that this event loop can carry
 * @param maximumConnections that this event loop may have open, for every connection is an open file
 */
record LoopPlan(
        WorkloadSpecification specification,
        int concurrency,
        int maximumInFlight,
        int maximumConnections,
        EngineSettings settings) {

    boolean streaming() {
        return specification.streaming();
    }

    @Nullable
    String contentPointer() {
        RequestTemplate template = specification.template();
        return specification.endpoint() == Endpoint.TEMPLATE && template != null ? template.contentPointer() : null;
    }

    long timeoutNanos() {
        return specification.timeout().toNanos();
    }

    ArrivalDriver driver(LoadLoop loop) {
        if (specification.arrivalPattern().isOpenLoop()) {
            return new OpenLoopDriver(
                    loop, concurrency, timeoutNanos(), settings.spin().toNanos());
        }
        long end = specification.duration() == null
                ? Long.MAX_VALUE
                : specification.duration().toNanos();
        return new ClosedLoopDriver(
                loop,
                concurrency,
                specification.concurrencyRampUp().toNanos(),
                specification.thinkTime().toNanos(),
                end);
    }
}
