package aifactory.service.dispatch;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The state of a job as known to a dispatcher.
 *
 * @param word the state in the other side's terms, for users
 * @param reason why it is in that state, as text for users; null without a reason
 * @param startedAt when its processes could first run; null before that
 * @param endsAt until when its processes can count on running; null where that is not known
 * @param nodes where it runs, as far as that is known
 * @param endedProcesses numbers of its processes that are known to have ended while the job still runs
 * @param restarts how often it has been restarted, as far as known; its earlier processes have ended
 * @param stale whether the last attempt to learn more failed
 */
public record JobStatus(
        Phase phase,
        String word,
        @Nullable String reason,
        @Nullable Instant startedAt,
        @Nullable Instant endsAt,
        List<String> nodes,
        Set<Integer> endedProcesses,
        int restarts,
        boolean stale) {
    public JobStatus {
        nodes = List.copyOf(nodes);
        endedProcesses = Set.copyOf(endedProcesses);
    }

    /** Where a job stands. The ended phases need positive evidence. */
    public enum Phase {
        /** It waits for its resources. */
        PENDING,
        /** The reported state is unknown to this program; nothing follows from it. */
        UNCERTAIN,
        RUNNING,
        /** Its processes are being ended. */
        ENDING,
        /** Its processes ended by themselves. */
        COMPLETED,
        FAILED,
        CANCELLED,
        /** Its time limit ended it. */
        EXPIRED;

        /** Whether the job has ended. */
        public boolean isTerminal() {
            return switch (this) {
                case PENDING, UNCERTAIN, RUNNING, ENDING -> false;
                case COMPLETED, FAILED, CANCELLED, EXPIRED -> true;
            };
        }
    }
}
