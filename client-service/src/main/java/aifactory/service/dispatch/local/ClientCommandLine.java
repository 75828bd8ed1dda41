package aifactory.service.dispatch.local;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Knows how a client process is started on this machine. */
@FunctionalInterface
public interface ClientCommandLine {
    /** The words of the command, beginning with an absolute path of the program. */
    List<String> of(Client client);

    /**
     * A client process to start.
     *
     * @param aiServer the first of those under test; null where they are not known yet
     * @param processNumber from 0
     */
    record Client(URI clientService, @Nullable URI aiServer, long benchmarkId, int processNumber, boolean gpuEnabled) {}
}
