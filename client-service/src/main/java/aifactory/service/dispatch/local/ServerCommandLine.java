package aifactory.service.dispatch.local;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** The command line of the process that starts and monitors an AI server on this machine. */
@FunctionalInterface
public interface ServerCommandLine {
    /** The words of the command, beginning with an absolute path of the program. */
    List<String> of(Server server);

    /**
     * A server process to start.
     *
     * @param logDirectory where the server's output goes
     */
    record Server(URI clientService, long benchmarkId, Path logDirectory) {}
}
