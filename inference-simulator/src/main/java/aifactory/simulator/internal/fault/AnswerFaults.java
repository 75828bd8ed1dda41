package aifactory.simulator.internal.fault;

import aifactory.simulator.FaultKind;
import aifactory.simulator.FaultParameter;
import aifactory.simulator.FaultSpecification;
import java.util.Map;

/**
 * The faults that happen to one request or connection; of several of one kind, the first that was given.
 *
 * @param byKind empty for nearly all requests
 */
public record AnswerFaults(Map<FaultKind, FaultSpecification> byKind) {
    /** Nothing goes wrong. */
    public static final AnswerFaults NONE = new AnswerFaults(Map.of());

    /** The token at which something happens that does not happen. */
    public static final int NEVER = Integer.MAX_VALUE;

    /** Whether it happens. */
    public boolean has(FaultKind kind) {
        return byKind.containsKey(kind);
    }

    /** Whether nothing happens at all. */
    public boolean isEmpty() {
        return byKind.isEmpty();
    }

    /** A figure of a fault, or another one if the fault does not happen. */
    public long number(FaultKind kind, FaultParameter parameter, long otherwise) {
        FaultSpecification fault = byKind.get(kind);
        return fault == null ? otherwise : fault.number(parameter, otherwise);
    }

    /** The output token before which a fault happens, {@link #NEVER} if it does not. */
    public int token(FaultKind kind) {
        return (int) number(kind, FaultParameter.TOKEN, NEVER);
    }

    /** The media type of a fault, or another one if the fault does not happen. */
    public String type(FaultKind kind, String otherwise) {
        FaultSpecification fault = byKind.get(kind);
        return fault == null ? otherwise : fault.type();
    }
}
