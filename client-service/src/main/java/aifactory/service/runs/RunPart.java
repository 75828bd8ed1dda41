package aifactory.service.runs;

import aifactory.protocol.BatchMessage.ClientCompletion;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One client's part of a run. Guarded by the group's lock, except that {@link #delivery()} keeps the client's batches in order
 * while one is made durable.
 */
public final class RunPart {
    private final int client;
    private final ReentrantLock delivery = new ReentrantLock();
    private boolean armed;
    private @Nullable String refusal;
    private long nextSequence;
    private @Nullable ClientCompletion completion;
    private boolean lost;
    private int inFlight;

    RunPart(int client) {
        this.client = client;
    }

    /** What of a part is stored beside its batches. */
    record Stored(boolean armed, @Nullable String refusal, boolean lost) {}

    Stored stored() {
        return new Stored(armed, refusal, lost);
    }

    void restore(Stored stored) {
        armed = stored.armed;
        refusal = stored.refusal;
        lost = stored.lost;
    }

    public int client() {
        return client;
    }

    ReentrantLock delivery() {
        return delivery;
    }

    boolean isArmed() {
        return armed;
    }

    @Nullable
    String refusal() {
        return refusal;
    }

    void answer(@Nullable String error) {
        armed = error == null;
        refusal = error;
    }

    boolean hasAnswered() {
        return armed || refusal != null;
    }

    long nextSequence() {
        return nextSequence;
    }

    void taken(long sequence) {
        nextSequence = sequence + 1;
    }

    @Nullable
    ClientCompletion completion() {
        return completion;
    }

    void complete(ClientCompletion newCompletion) {
        completion = newCompletion;
        inFlight = 0;
    }

    boolean isLost() {
        return lost;
    }

    void lose() {
        lost = true;
        inFlight = 0;
    }

    /** Whether nothing more is waited for. */
    boolean isOver() {
        return completion != null || lost;
    }

    int inFlight() {
        return inFlight;
    }

    void setInFlight(int requests) {
        inFlight = requests;
    }
}
