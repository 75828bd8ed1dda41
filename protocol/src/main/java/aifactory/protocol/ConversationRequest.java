package aifactory.protocol;

import aifactory.workload.Conversation;
import aifactory.workload.LengthDistribution;
import aifactory.workload.WorkloadProblem;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of several turns as users write them: {@code {turns: 4, think_time: 2s}}, or
 * {@code {turns: {mean: 4, stddev: 1}}}.
 *
 * @param turns requests a session; with a dataset the most of an entry's turns that are sent
 */
public record ConversationRequest(
        @Nullable LengthRequest turns,
        @Nullable Duration thinkTime,
        @Nullable Duration thinkTimeStddev) {

    /**
     * @param ofDataset whether a dataset brings the turns, all of which are taken where the request does not say
     */
    Conversation toConversation(boolean ofDataset, List<WorkloadProblem> problems) {
        LengthRequest all = LengthRequest.constant(LengthDistribution.LARGEST);
        LengthRequest none = new LengthRequest(null, null, null, null, null);
        LengthRequest asked = turns == null ? (ofDataset ? all : none) : turns;
        return new Conversation(
                asked.toDistribution("conversation.turns", "turns", problems),
                Objects.requireNonNullElse(thinkTime, Duration.ZERO),
                Objects.requireNonNullElse(thinkTimeStddev, Duration.ZERO));
    }

    /** The conversation as users write it. */
    static ConversationRequest of(Conversation conversation) {
        return new ConversationRequest(
                LengthRequest.of(conversation.turns()),
                WorkloadRequest.orNull(conversation.thinkTime()),
                WorkloadRequest.orNull(conversation.thinkTimeDeviation()));
    }
}
