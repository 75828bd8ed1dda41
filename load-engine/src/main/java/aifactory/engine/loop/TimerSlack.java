package aifactory.engine.loop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much later than asked for the system may wake a thread, so that it can serve several timers at once: 50 µs by
 * default on Linux (prctl(2), PR_SET_TIMERSLACK), which is most of the lateness of a request on an idle machine.
 * Stateless.
 */
final class TimerSlack {
    private TimerSlack() {}

    /**
     * Has the system wake the calling thread as exactly as it can; does nothing where the system has no such setting.
     */
    static void tighten() {
        try {
            Files.writeString(file(), "1");
        } catch (IOException e) {
            // Not Linux, or a system that keeps /proc from its users: timers are as exact as they were.
        }
    }

    /** Of the calling thread; a thread may always change its own. */
    static Path file() throws IOException {
        Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self"));
        return Path.of("/proc", thread.getFileName().toString(), "timerslack_ns");
    }
}
