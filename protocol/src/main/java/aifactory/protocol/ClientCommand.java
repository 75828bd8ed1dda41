package aifactory.protocol;

import aifactory.workload.WorkloadSpecification;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An order of the service to a client. Commands are numbered from 1 without gaps per client; a client carries them
 * out in order and asks for those after the last it has.
 *
 * @param runId for all but {@link Kind#EXIT}
 * @param salt makes the run's prompts its own; with {@link Kind#PREPARE}
 * @param specification with {@link Kind#PREPARE}: the load of the whole group
 * @param targets with {@link Kind#PREPARE}: addresses of the AI servers
 * @param share with {@link Kind#PREPARE}: this client's number among those that take part, and how many take part
 * @param startEpochNanos with {@link Kind#START}: T0 on the service's clock, nanoseconds since 1970
 */
public record ClientCommand(
        long sequence,
        Kind kind,
        @Nullable String runId,
        @Nullable String salt,
        @Nullable WorkloadSpecification specification,
        @Nullable List<String> targets,
        @Nullable Share share,
        @Nullable Long startEpochNanos) {

    /** The kinds of commands. */
    public enum Kind {
        /** Encode the first requests, be ready to start, report {@link ArmedMessage}. */
        PREPARE,
        /** Generate load from T0 on. */
        START,
        /** End the run now: requests in flight are cancelled, what was measured is posted. */
        STOP,
        /** Post what is left and end the process. */
        EXIT
    }

    /**
     * A client's place among those that take part in a run.
     *
     * @param client from 0
     */
    public record Share(int client, int clients) {}
}
