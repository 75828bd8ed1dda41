package aifactory.simulator.internal.timing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Linux wakes a thread up to its timer slack late, 50 µs by default, so that wake-ups can be shared. For a thread whose
 * lateness is what others measure that is too much; a thread may make its own slack smaller (see {@code proc(5)},
 * {@code timerslack_ns}).
 */
public final class TimerSlack {
    private static final Logger LOG = LoggerFactory.getLogger(TimerSlack.class);
    private static final Path CURRENT_THREAD = Path.of("/proc/thread-self");
    private static final String LEAST_NANOS = "1";

    private TimerSlack() {}

    /** Makes the slack of the calling thread as small as it can be; where that is impossible nothing changes. */
    public static void minimise() {
        try {
            Path thread = Files.readSymbolicLink(CURRENT_THREAD).getFileName();
            Files.writeString(Path.of("/proc", thread.toString(), "timerslack_ns"), LEAST_NANOS);
        } catch (IOException | RuntimeException e) {
            LOG.debug("timer slack stays as it is: {}", e.toString());
        }
    }
}
