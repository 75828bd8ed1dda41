package aifactory.workload.prompt;

import aifactory.workload.Conversation;
import aifactory.workload.LengthSampler;
import aifactory.workload.SeededHash;
import aifactory.workload.SeededHash.Purpose;
import org.jspecify.annotations.Nullable;

/** How many turns sessions have and how long their users think; functions of the seed. Immutable. */
public final class SessionShape {
    private final long seed;
    private final @Nullable Conversation conversation;

    /**
     * @param conversation null for requests that stand alone
     */
    public SessionShape(long seed, @Nullable Conversation conversation) {
        this.seed = seed;
        this.conversation = conversation;
    }

    /** How many turns the session has, at least 1. */
    public int turns(long session) {
        return conversation == null
                ? 1
                : LengthSampler.sample(conversation.turns(), SeededHash.bits(seed, Purpose.SESSION, session));
    }

    /** The pause before a turn, 0 before the first. */
    public long thinkNanos(long session, int turn) {
        if (conversation == null || turn == 0) {
            return 0;
        }
        double mean = conversation.thinkTime().toNanos();
        double deviation = conversation.thinkTimeDeviation().toNanos();
        double drawn =
                mean + deviation * SeededHash.normal(SeededHash.bits(seed, Purpose.THINK_TIME, request(session, turn)));
        return Math.max(0, Math.round(drawn));
    }

    /** A number that belongs to one turn of one session alone; for the first turn it is the session's own. */
    public static long request(long session, int turn) {
        return turn == 0 ? session : SeededHash.mix(session ^ ((long) turn << 40));
    }
}
