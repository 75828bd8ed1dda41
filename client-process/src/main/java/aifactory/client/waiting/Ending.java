package aifactory.client.waiting;

import aifactory.node.waiting.Signal;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The order to end, from whichever side comes first. Thread-safe. */
public final class Ending {
    private final AtomicReference<@Nullable EndReason> reason = new AtomicReference<>();
    private final Signal signal = new Signal();

    /** Orders the end; only the first reason counts. */
    public void request(EndReason why) {
        reason.compareAndSet(null, why);
        signal.raise();
    }

    public Optional<EndReason> reason() {
        return Optional.ofNullable(reason.get());
    }

    public Signal signal() {
        return signal;
    }
}
