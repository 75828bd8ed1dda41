package aifactory.commandline.benchmark;

import aifactory.commandline.load.ServiceLevel;
import aifactory.commandline.option.PlacementOptions;
import aifactory.protocol.ServerRequest;
import aifactory.protocol.WorkloadRequest;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a benchmark is to do.
 *
 * @param aiServers those to measure; none where they are started
 * @param server what is started with the clients, null for nothing
 * @param timeLimitMinutes of the group
 * @param placement what the group asks of the cluster
 * @param maxFailed failed requests that are tolerated
 * @param output where the files go; null for {@code results/RUN_ID} below the working directory
 */
public record BenchmarkPlan(
        List<URI> aiServers,
        @Nullable ServerRequest server,
        int numClients,
        int timeLimitMinutes,
        PlacementOptions placement,
        WorkloadRequest workload,
        long maxFailed,
        List<ServiceLevel> serviceLevels,
        @Nullable Path output) {
    public BenchmarkPlan {
        aiServers = List.copyOf(aiServers);
        serviceLevels = List.copyOf(serviceLevels);
    }
}
