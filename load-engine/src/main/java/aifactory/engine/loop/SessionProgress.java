package aifactory.engine.loop;

import aifactory.workload.Session;
import java.util.ArrayList;
import java.util.List;

/**
 * A session of several turns that is under way: how far it is, and what the server has answered.
 *
 * <p>Not thread-safe: handed over between the event loop, which waits for the answer, and the thread that encodes the next turn.
 */
final class SessionProgress {
    private final Session session;
    private final List<byte[]> answers = new ArrayList<>();

    SessionProgress(Session session) {
        this.session = session;
    }

    Session session() {
        return session;
    }

    /** The turn that is next or under way, from 0. */
    int turn() {
        return answers.size();
    }

    /** To the turns before, in their order, each as the inside of a JSON string. */
    List<byte[]> answers() {
        return answers;
    }

    boolean isLastTurn() {
        return turn() == session.turns() - 1;
    }

    void answered(byte[] text) {
        answers.add(text);
    }
}
