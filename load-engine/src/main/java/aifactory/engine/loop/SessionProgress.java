package aifactory.engine.loop;

import aifactory.workload.Session;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session that is under way: which turns have been released, and what the server has answered.
 *
 * <p>The answers belong to the thread that encodes turns, the number of open turns to the event loop.
 */
final class SessionProgress {
    private final Session session;
    private final List<byte @Nullable []> answers = new ArrayList<>();
    private final List<Long> answeredNanos = new ArrayList<>();
    private final BitSet released = new BitSet();
    private int openTurns = 1;

    SessionProgress(Session session) {
        this.session = session;
        released.set(0);
    }

    Session session() {
        return session;
    }

    /** By turn, each as the inside of a JSON string; null for turns without an answer. */
    List<? extends byte @Nullable []> answers() {
        return answers;
    }

    /** The answer to a turn has arrived, at a time since T0. */
    void answered(int turn, byte[] text, long nanos) {
        if (answers.size() <= turn) {
            answers.addAll(Collections.nCopies(turn + 1 - answers.size(), null));
            answeredNanos.addAll(Collections.nCopies(turn + 1 - answeredNanos.size(), 0L));
        }
        answers.set(turn, text);
        answeredNanos.set(turn, nanos);
    }

    /** When the last of those turns was answered, since T0; -1 while one is not. */
    long lastAnsweredNanos(List<Integer> turns) {
        long last = -1;
        for (int turn : turns) {
            if (turn >= answers.size() || answers.get(turn) == null) {
                return -1;
            }
            last = Math.max(last, answeredNanos.get(turn));
        }
        return last;
    }

    boolean isReleased(int turn) {
        return released.get(turn);
    }

    void release(int turn) {
        released.set(turn);
    }

    /** Turns in flight, or that will be without a further answer. Called by the event loop. */
    int openTurns() {
        return openTurns;
    }

    /** Called by the event loop. */
    void changeOpenTurns(int change) {
        openTurns += change;
    }
}
