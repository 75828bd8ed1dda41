package aifactory.commandline.session;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Ends a process whose standard input ends. A process that another one has started on a pipe this way never outlives
 * it, however that one dies.
 */
public final class EndOfInput {
    private EndOfInput() {}

    /** Asks for the end as soon as the session's input ends. */
    public static void watch(Session session) {
        Thread.ofPlatform().daemon().name("end of input").start(() -> {
            drain(session.in());
            session.interruption().request();
        });
    }

    private static void drain(InputStream input) {
        try {
            input.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // An input that breaks has ended as well.
        }
    }
}
