package aifactory.engine.loop;

import aifactory.engine.EngineSettings;
import aifactory.workload.WorkloadSpecification;

/**
 * One event loop's share of the work.
 *
 * @param concurrency of this event loop, {@link Integer#MAX_VALUE} where the workload sets none
 * @param maximumInFlight requests that this event loop can carry
 */
record LoopPlan(
        WorkloadSpecification specification,
        int concurrency,
        int maximumInFlight,
        EngineSettings settings,
        TransportSecurity transportSecurity) {

    boolean streaming() {
        return specification.streaming();
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
