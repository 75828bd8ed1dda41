package aifactory.service.dispatch;

import aifactory.protocol.GroupRequest;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A dispatcher and the world that its jobs run in. */
public interface DispatcherUnderTest extends AutoCloseable {
    /** The dispatcher of this life of the service. */
    ClientDispatcher dispatcher();

    /** Ends this life and begins the next. */
    void restart() throws Exception;

    /** Lets what is under way come about: virtual time passes where there is virtual time. */
    void settle() throws Exception;

    /** Lets so much of the job's time limit pass. */
    void pass(Duration time) throws Exception;

    /** All processes of the job end by themselves, without a fault. */
    void endProcesses(String jobId) throws Exception;

    /** The process of that number has ended, the others continue. */
    void loseProcess(String jobId, int number) throws Exception;

    /** Where orders want logs to go. */
    Path logDirectory();

    /** Of this world: what an order for it has in common with all others. */
    default DispatchOrder order(long id, String token, int clients, GroupRequest request) {
        return new DispatchOrder(
                id,
                token,
                null,
                Instant.parse("2026-11-24T06:00:00Z"),
                clients,
                Duration.ofMinutes(10),
                request,
                URI.create("http://login:8001"),
                List.of(URI.create("http://ai-server:8000")),
                null,
                logDirectory().resolveSibling("secret"),
                logDirectory());
    }

    @Override
    void close();
}
