package aifactory.commandline.option;

import aifactory.protocol.GroupRequest;
import aifactory.protocol.ServerRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a group asks of the cluster. What is not given is the service's to choose. */
public final class PlacementOptions {
    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description = "Slurm profile of the site: cpu, gpu, dgx or another configured name")
    private @Nullable String profile;

    @Option(names = "--partition", paramLabel = "NAME", description = "Slurm partition; default: the profile's")
    private @Nullable String partition;

    @Option(names = "--qos", paramLabel = "NAME", description = "Slurm quality of service; default: the profile's")
    private @Nullable String qos;

    @Option(names = "--account", paramLabel = "NAME", description = "Slurm account; default: the profile's")
    private @Nullable String account;

    @Option(
            names = "--container",
            paramLabel = "NAME",
            arity = "0..1",
            fallbackValue = "default",
            description = "container for the clients, by its name in the service's configuration")
    private @Nullable String container;

    @Option(names = "--gpu-enabled", description = "give each client a GPU and sample the node's GPUs")
    private boolean gpuEnabled;

    @Option(names = "--template", paramLabel = "NAME", description = "job template of the site, by name")
    private @Nullable String template;

    /** Given values override those of another source. */
    public PlacementOptions over(Placement other) {
        PlacementOptions merged = new PlacementOptions();
        merged.profile = first(profile, other.profile());
        merged.partition = first(partition, other.partition());
        merged.qos = first(qos, other.qos());
        merged.account = first(account, other.account());
        merged.container = first(container, other.container());
        merged.gpuEnabled = gpuEnabled || other.gpu();
        merged.template = first(template, other.template());
        return merged;
    }

    private static @Nullable String first(@Nullable String given, @Nullable String otherwise) {
        return given == null ? otherwise : given;
    }

    /** As the service takes it. */
    public GroupRequest request(
            int numClients,
            @Nullable Integer timeLimit,
            @Nullable List<String> aiServers,
            @Nullable Integer minClients,
            @Nullable Integer idleTimeout,
            @Nullable ServerRequest server) {
        return new GroupRequest(
                numClients,
                timeLimit,
                profile,
                partition,
                qos,
                account,
                container,
                gpuEnabled ? Boolean.TRUE : null,
                aiServers,
                minClients,
                idleTimeout,
                template,
                server);
    }
}
