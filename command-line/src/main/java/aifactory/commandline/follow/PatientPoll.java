package aifactory.commandline.follow;

import aifactory.commandline.api.ServiceUnreachableException;
import aifactory.commandline.progress.ProgressDisplay;
import aifactory.commandline.progress.ProgressText;
import aifactory.commandline.session.Session;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Polls the Client Service, and retries for a while when it does not answer: a run continues while its service is
 * restarted, and following it must not be interrupted.
 */
final class PatientPoll {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

    private final Session session;

    PatientPoll(Session session) {
        this.session = session;
    }

    /** The answer; throws what the question throws when there is still none after two minutes. */
    <T> T ask(Supplier<T> question, ProgressDisplay display) {
        long startNanos = session.clock().nanoTime();
        while (true) {
            try {
                return question.get();
            } catch (ServiceUnreachableException e) {
                if (session.clock().nanoTime() - startNanos > PATIENCE.toNanos()) {
                    throw e;
                }
                display.show(ProgressText.of("unreachable", "the Client Service does not answer; asking again"));
                session.interruption().pause(RETRY_INTERVAL);
            }
        }
    }
}
