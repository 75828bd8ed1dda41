package aifactory.engine.loop;

import aifactory.workload.GroupShare;
import aifactory.workload.SeededHash;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.arrival.ArrivalSchedule;
import aifactory.workload.prompt.RequestBodyEncoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * This client's requests in the order of their indices, each encoded when it is asked for.
 *
 * <p>Not thread-safe: belongs to the encoding thread.
 */
final class RequestSequence {
    private final WorkloadSpecification specification;
    private final GroupShare share;
    private final RequestBodyEncoder bodies;
    private final List<RequestHeadEncoder> heads;
    private final @Nullable ArrivalSchedule schedule;
    private final long count;
    /** Of the whole group, in closed loop. */
    private final @Nullable Integer slots;

    private long nextIndex;

    /**
     * @param heads by target
     */
    RequestSequence(
            WorkloadSpecification specification,
            GroupShare share,
            RequestBodyEncoder bodies,
            List<RequestHeadEncoder> heads) {
        this.specification = specification;
        this.share = share;
        this.bodies = bodies;
        this.heads = List.copyOf(heads);
        this.schedule = specification.arrivalPattern().isOpenLoop() ? ArrivalSchedule.of(specification) : null;
        this.slots = schedule == null ? specification.concurrency() : null;
        boolean without = slots != null && share.of(slots) == 0;
        long asked = specification.requestCount() == null ? Long.MAX_VALUE : specification.requestCount();
        this.count = without ? 0 : asked;
    }

    /** The next request, or null when there is none any more. */
    @Nullable
    EncodedRequest next() {
        while (nextIndex < count) {
            long scheduledNanos = schedule == null ? 0 : schedule.nextNanos();
            if (scheduledNanos == ArrivalSchedule.END) {
                break;
            }
            long index = nextIndex++;
            if (isOwn(index)) {
                return encode(index, scheduledNanos);
            }
        }
        nextIndex = count;
        return null;
    }

    /**
     * In open loop requests are dealt to the clients like cards; in closed loop to the group's slots, which are dealt to the
     * clients, so that a client with fewer slots has fewer requests.
     */
    private boolean isOwn(long index) {
        return share.owns(slots == null ? index : index % slots);
    }

    private EncodedRequest encode(long index, long scheduledNanos) {
        int target = (int) (index % heads.size());
        RequestBodyEncoder.EncodedBody body = bodies.encode(index);
        long bits = SeededHash.bits(specification.seed(), SeededHash.Purpose.CANCEL, index);
        return new EncodedRequest(
                index,
                scheduledNanos,
                target,
                heads.get(target).prepend(index, body.bytes()),
                body.inputTokens(),
                SeededHash.unit(bits) < specification.cancelShare());
    }
}
