package aifactory.simulator.internal.fault;

import aifactory.simulator.FaultKind;
import aifactory.simulator.FaultParameter;
import aifactory.simulator.FaultSpecification;
import aifactory.simulator.internal.timing.SeededRandomness;
import aifactory.simulator.internal.timing.ServerClock.Stall;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Decides which faults happen, as a function of the seed, the fault's place among those given and the request's number:
 * neither time nor other requests change it. Immutable.
 */
public final class FaultSelector {
    /** Repetitions of a recurring stall, which are all planned ahead. */
    private static final int MAX_REPETITIONS = 10_000;
    /** No stall begins later than this, some three years, so that sums of instants never overflow. */
    private static final long LATEST_STALL_NANOS = 100_000_000_000_000_000L;

    private record Candidate(FaultSpecification fault, long stream) {}

    private final SeededRandomness randomness;
    private final List<Candidate> ofRequests = new ArrayList<>();
    private final List<Candidate> ofConnections = new ArrayList<>();
    private final List<Stall> stalls = new ArrayList<>();

    /** A selector of these faults. */
    public FaultSelector(List<FaultSpecification> faults, SeededRandomness randomness) {
        this.randomness = randomness;
        for (int place = 0; place < faults.size(); place++) {
            FaultSpecification fault = faults.get(place);
            Candidate candidate = new Candidate(fault, SeededRandomness.FIRST_FAULT_STREAM + place);
            switch (fault.kind()) {
                case SERVER_STALL -> addStalls(fault);
                case SLOW_ACCEPT -> ofConnections.add(candidate);
                case RATE_LIMIT, SLOW_ABOVE, CRASH -> {
                    // Not of a request but of how many there are.
                }
                default -> ofRequests.add(candidate);
            }
        }
    }

    /**
     * The faults of a request for generation; {@code index} counts such requests from 0 in the order of their receipt.
     */
    public AnswerFaults ofRequest(long index) {
        return select(ofRequests, index);
    }

    /** The faults of a connection; {@code index} counts connections from 0. */
    public AnswerFaults ofConnection(long index) {
        return select(ofConnections, index);
    }

    /** The stalls of the whole server. */
    public List<Stall> serverStalls() {
        return List.copyOf(stalls);
    }

    private void addStalls(FaultSpecification fault) {
        long length = fault.number(FaultParameter.FOR);
        long period = fault.number(FaultParameter.PERIOD, LATEST_STALL_NANOS);
        long at = fault.number(FaultParameter.AT);
        for (int i = 0; i < MAX_REPETITIONS && at < LATEST_STALL_NANOS; i++) {
            stalls.add(new Stall(at, length));
            at += period;
        }
    }

    private AnswerFaults select(List<Candidate> candidates, long index) {
        Map<FaultKind, FaultSpecification> selected = null;
        for (Candidate candidate : candidates) {
            if (isSelected(candidate, index)) {
                if (selected == null) {
                    selected = new EnumMap<>(FaultKind.class);
                }
                selected.putIfAbsent(candidate.fault().kind(), candidate.fault());
            }
        }
        return selected == null ? AnswerFaults.NONE : new AnswerFaults(selected);
    }

    private boolean isSelected(Candidate candidate, long index) {
        FaultSpecification fault = candidate.fault();
        if (index >= fault.first() || (index + 1) % fault.every() != 0) {
            return false;
        }
        return fault.probability() >= 1 || randomness.uniform(candidate.stream(), index) < fault.probability();
    }
}
