package aifactory.engine.loop;

import aifactory.engine.EngineSettings;
import aifactory.engine.answer.AnswerKind;
import aifactory.workload.Endpoint;
import aifactory.workload.GroupShare;
import aifactory.workload.RequestTemplate;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.dialect.Dialects;
import aifactory.workload.document.DocumentSchema;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's share of the work.
 *
 * @param client this client's share of the group
 * @param loop this event loop's share of the client
 * @param maximumInFlight requests that this event loop can carry
 * @param turns encodes the later turns of sessions
 * @param texts examines those of complete answers
 * @param keepsAnswers whether later requests carry the responses to earlier ones
 * @param keys renews the key; null where there is none, or one that does not change
 * @param maximumConnections that this event loop may have open, for every connection is an open file
 */
record LoopPlan(
        WorkloadSpecification specification,
        GroupShare client,
        GroupShare loop,
        int maximumInFlight,
        int maximumConnections,
        EngineSettings settings,
        TurnEncoder turns,
        TextExaminer texts,
        boolean keepsAnswers,
        @Nullable KeyRenewal keys) {

    AnswerKind answerKind() {
        RequestTemplate template = specification.endpoint() == Endpoint.TEMPLATE ? specification.template() : null;
        return new AnswerKind(
                specification.streaming(),
                specification.endpoint().generates(),
                template == null ? null : template.contentPointer(),
                Dialects.of(specification.endpoint()),
                keepsAnswers || texts.counts() || texts.checks(),
                keepsAnswers || texts.counts() ? Integer.MAX_VALUE : DocumentSchema.MOST_BYTES);
    }

    /** The time from which no request is started, since T0; {@link Long#MAX_VALUE} for no end. */
    long endNanos() {
        Duration planned = specification.plannedDuration();
        return planned == null ? Long.MAX_VALUE : planned.toNanos();
    }

    long timeoutNanos() {
        return specification.timeout().toNanos();
    }

    /**
     * Requests that this event loop may have in flight, {@link Integer#MAX_VALUE} where the workload sets no such
     * number.
     */
    int concurrency() {
        Integer total = specification.concurrency();
        return total == null ? Integer.MAX_VALUE : loop.of(client.of(total));
    }

    /**
     * When this event loop's slots start their first requests, since T0. The slots of the group do so one after
     * another: they are distributed round-robin over the clients, and a client's slots over its event loops.
     */
    static long[] slotStartsNanos(Duration rampUp, int total, GroupShare client, GroupShare loop) {
        double rampUpNanos = rampUp.toNanos();
        long[] starts = new long[loop.of(client.of(total))];
        for (int i = 0; i < starts.length; i++) {
            long slotOfClient = loop.client() + (long) i * loop.clients();
            long slot = client.client() + slotOfClient * client.clients();
            starts[i] = (long) (rampUpNanos * slot / total);
        }
        return starts;
    }

    /**
     * Connections that this event loop may have to one server, {@link Integer#MAX_VALUE} where the workload sets no
     * such number.
     */
    int connectionsPerServer() {
        Integer total = specification.connections().perServer();
        return total == null ? Integer.MAX_VALUE : Math.max(1, loop.of(client.of(total)));
    }

    /** The oldest connection that is used again, in nanoseconds. */
    long connectionLifetimeNanos() {
        Duration lifetime = specification.connections().lifetime();
        return lifetime == null ? Long.MAX_VALUE : lifetime.toNanos();
    }

    ArrivalDriver driver(LoadLoop driven) {
        if (specification.arrivalPattern().isOpenLoop()) {
            return new OpenLoopDriver(
                    driven, concurrency(), timeoutNanos(), settings.spin().toNanos());
        }
        return new ClosedLoopDriver(
                driven,
                slotStartsNanos(
                        specification.concurrencyRampUp(),
                        Objects.requireNonNull(specification.concurrency()),
                        client,
                        loop),
                specification.thinkTime().toNanos(),
                specification.failures().backoff(),
                endNanos());
    }
}
