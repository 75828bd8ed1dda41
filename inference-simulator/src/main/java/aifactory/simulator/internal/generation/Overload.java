package aifactory.simulator.internal.generation;

import aifactory.simulator.FaultKind;
import aifactory.simulator.FaultParameter;
import aifactory.simulator.FaultSpecification;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What the server does when it is asked for more than it carries: it refuses what exceeds a rate, generates more
 * slowly, or crashes. Thread-safe.
 */
public final class Overload {
    private static final double NANOS_PER_SECOND = 1e9;
    /**
     * What may exceed the rate for a moment, in seconds of it, so that requests that come a little early are not
     * refused.
     */
    private static final double BURST_SECONDS = 0.1;

    private final @Nullable FaultSpecification rateLimit;
    private final int fullSpeedSequences;
    private final @Nullable FaultSpecification crash;
    private final AtomicReference<@Nullable LongConsumer> onCrash = new AtomicReference<>();

    @GuardedBy("this")
    private double tokens;

    @GuardedBy("this")
    private long refilledNanos;

    Overload(List<FaultSpecification> faults) {
        rateLimit = first(faults, FaultKind.RATE_LIMIT);
        crash = first(faults, FaultKind.CRASH);
        FaultSpecification slow = first(faults, FaultKind.SLOW_ABOVE);
        fullSpeedSequences = slow == null ? Integer.MAX_VALUE : (int) slow.number(FaultParameter.COUNT);
        tokens = burst();
    }

    private static @Nullable FaultSpecification first(List<FaultSpecification> faults, FaultKind kind) {
        return faults.stream().filter(fault -> fault.kind() == kind).findFirst().orElse(null);
    }

    private double burst() {
        return rateLimit == null ? 0 : Math.max(2, BURST_SECONDS * rateLimit.number(FaultParameter.COUNT));
    }

    /**
     * Takes a request into account.
     *
     * @param nowNanos on any clock that does not go back
     * @return the status with which it is refused; 0 where it is within the rate
     */
    public synchronized int refusal(long nowNanos) {
        if (rateLimit == null) {
            return 0;
        }
        double rate = rateLimit.number(FaultParameter.COUNT);
        double passed = refilledNanos == 0 ? 0 : (nowNanos - refilledNanos) / NANOS_PER_SECOND;
        tokens = Math.min(burst(), tokens + Math.max(0, passed) * rate);
        refilledNanos = nowNanos;
        if (tokens < 1) {
            return (int) rateLimit.number(FaultParameter.CODE);
        }
        tokens--;
        return 0;
    }

    /** By how much longer everything takes now, at least 1. */
    double slowdown(SequenceSlots slots) {
        return fullSpeedSequences == Integer.MAX_VALUE ? 1 : Math.max(1, slots.running() / (double) fullSpeedSequences);
    }

    /** Crashes where more requests are in progress than the server survives. */
    public void crashIfTooMany(SequenceSlots slots) {
        if (crash != null && slots.running() + slots.waiting() > crash.number(FaultParameter.COUNT)) {
            LongConsumer action = onCrash.get();
            if (action != null) {
                action.accept(crash.number(FaultParameter.FOR, -1));
            }
        }
    }

    /**
     * Sets what a crash is.
     *
     * @param action gets the time after which the server is available again in nanoseconds, negative for never; called
     *      on any event loop, perhaps several times for one crash
     */
    public void onCrash(LongConsumer action) {
        onCrash.set(action);
    }
}
