package aifactory.commandline.progress;

import aifactory.commandline.session.Session;

/** Shows progress on standard error. Used by one thread. */
public sealed interface ProgressDisplay extends AutoCloseable permits RedrawnProgress, PlainProgress, NoProgress {
    /** Shows the state as it is now. Call it as often as there is news; the display decides what is worth a line. */
    void show(ProgressText text);

    /** Takes a redrawn area off the screen, so that what follows starts on a clean line. */
    @Override
    void close();

    /** The display that suits the session: nothing at all when only machine-readable output is wanted. */
    static ProgressDisplay of(Session session, boolean isJson) {
        if (isJson) {
            return new NoProgress();
        }
        return session.errIsTerminal()
                ? new RedrawnProgress(session.err())
                : new PlainProgress(session.err(), session.clock());
    }
}
