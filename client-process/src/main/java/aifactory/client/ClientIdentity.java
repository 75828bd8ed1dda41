package aifactory.client;

import aifactory.node.address.LocalInterfaces;
import aifactory.node.environment.JobEnvironment;
import aifactory.protocol.ConnectRequest;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How this process identifies itself to the service.
 *
 * @param version of the program; null when it does not run from its archive
 */
record ClientIdentity(
        JobEnvironment job,
        URI localAddress,
        String instance,
        Instant createdAt,
        int cores,
        @Nullable String version) {

    static ClientIdentity of(JobEnvironment job, URI localAddress, ClientDependencies dependencies) {
        int cores = job.cores() == null ? Runtime.getRuntime().availableProcessors() : job.cores();
        return new ClientIdentity(
                job,
                localAddress,
                dependencies.instance().get(),
                dependencies.timeOfDay().instant(),
                cores,
                ClientIdentity.class.getPackage().getImplementationVersion());
    }

    ConnectRequest connectRequest() {
        return new ConnectRequest(
                localAddress.toString(),
                job.jobId(),
                job.node(),
                job.processNumber(),
                job.restartCount(),
                instance,
                LocalInterfaces.all(),
                cores,
                version);
    }
}
