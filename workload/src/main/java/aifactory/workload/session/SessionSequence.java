package aifactory.workload.session;

import aifactory.workload.GroupShare;
import aifactory.workload.Session;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.arrival.ArrivalSchedule;
import aifactory.workload.prompt.PromptSource;
import org.jspecify.annotations.Nullable;

/**
 * One client's sessions in the order in which they are due. Every client walks the sessions of the whole group and
 * takes what is its own, so that the union over N clients is what one client would have, for every N and every kind of
 * load.
 *
 * <p>Sessions are dealt to the clients like cards. Where a concurrency is given they are dealt to the group's slots,
 * which are dealt to the clients: a client with fewer slots has fewer sessions, and one without any has none.
 *
 * <p>Not thread-safe.
 */
public final class SessionSequence {
    private final GroupShare share;
    private final PromptSource prompts;
    private final @Nullable ArrivalSchedule schedule;
    private final @Nullable Integer slots;
    private final long requestCount;
    private long number;
    private long index;

    /**
     * @param schedule of the group's first turns; null in closed loop
     */
    public SessionSequence(
            WorkloadSpecification specification,
            GroupShare share,
            PromptSource prompts,
            @Nullable ArrivalSchedule schedule) {
        this.share = share;
        this.prompts = prompts;
        this.schedule = schedule;
        this.slots = specification.concurrency();
        boolean without = slots != null && share.of(slots) == 0;
        long asked = specification.requestCount() == null ? Long.MAX_VALUE : specification.requestCount();
        this.requestCount = without ? 0 : asked;
    }

    /** The next session, or null after the last. The last session is shortened if the request count ends within it. */
    public @Nullable Session next() {
        while (index < requestCount) {
            long scheduledNanos = schedule == null ? 0 : schedule.nextNanos();
            if (scheduledNanos == ArrivalSchedule.END) {
                break;
            }
            int turns = (int) Math.min(prompts.turns(number), requestCount - index);
            Session session = new Session(number, index, turns, scheduledNanos);
            number++;
            index += turns;
            if (share.owns(slots == null ? session.number() : session.number() % slots)) {
                return session;
            }
        }
        index = requestCount;
        return null;
    }
}
