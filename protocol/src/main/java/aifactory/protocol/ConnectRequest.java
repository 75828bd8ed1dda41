package aifactory.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Registration of a client process. Only {@code clientAddress} is required. The same job, process and restart count
 * register the same client again.
 *
 * @param clientAddress {@code http://ADDRESS:PORT} of its control port
 * @param processNumber its number among the processes of the job ({@code SLURM_PROCID})
 * @param instance drawn at random when the process started: distinguishes a retry from a second process
 * @param addresses every address of the node that is not loopback, as {@code interface=address}
 * @param cores the cores allotted to it
 */
public record ConnectRequest(
        String clientAddress,
        @Nullable String jobId,
        @Nullable String node,
        @Nullable Integer processNumber,
        @Nullable Integer restartCount,
        @Nullable String instance,
        @Nullable List<String> addresses,
        @Nullable Integer cores,
        @Nullable String version) {}
