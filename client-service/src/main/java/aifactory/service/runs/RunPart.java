package aifactory.service.runs;

import aifactory.protocol.BatchMessage.ClientCompletion;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One client's part of a run. Guarded by the group's lock, except that {@link #delivery()} keeps the client's batches
 * in order while one is made durable.
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

    public RunPart(int client) {
        this.client = client;
    }

    /** The stored data of a part, in addition to its batches. */
    public record Stored(boolean armed, @Nullable String refusal, boolean lost) {}

    public Stored stored() {
        return new Stored(armed, refusal, lost);
    }

    public void restore(Stored stored) {
        armed = stored.armed;
        refusal = stored.refusal;
        lost = stored.lost;
    }

    public int client() {
        return client;
    }

    public ReentrantLock delivery() {
        return delivery;
    }

    public boolean isArmed() {
        return armed;
    }

    @Nullable
    public String refusal() {
        return refusal;
    }

    public void answer(@Nullable String error) {
        armed = error == null;
        refusal = error;
    }

    public boolean hasAnswered() {
        return armed || refusal != null;
    }

    public long nextSequence() {
        return nextSequence;
    }

    public void taken(long sequence) {
        nextSequence = sequence + 1;
    }

    @Nullable
    public ClientCompletion completion() {
        return completion;
    }

    public void complete(ClientCompletion newCompletion) {
        completion = newCompletion;
        inFlight = 0;
    }

    public boolean isLost() {
        return lost;
    }

    public void lose() {
        lost = true;
        inFlight = 0;
    }

    /** Whether nothing more is waited for. */
    public boolean isOver() {
        return completion != null || lost;
    }

    public int inFlight() {
        return inFlight;
    }

    public void setInFlight(int requests) {
        inFlight = requests;
    }
}
