package aifactory.service.dispatch.slurm;

import aifactory.slurm.job.JobTemplate;
import aifactory.slurm.job.Launch;
import aifactory.slurm.job.Profile;
import aifactory.slurm.job.Profiles;
import aifactory.slurm.job.SiteConventions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a site has decided about jobs, as data.
 *
 * @param profiles that a request may name
 * @param defaults partition, QOS and account where neither the request nor its profile names one
 * @param launch how the client process is started on each node
 * @param serverLaunch of the program on the nodes where servers run: never a container, from within which none could be
 *      started
 * @param containers images that a request may name
 * @param profileContainers for profiles whose clients run in an image, or {@code native}, unless the request says
 *      otherwise
 * @param templates batch scripts of the site that a request may name
 * @param requeue whether Slurm may put a job back into its queue: after a preemption or a node's failure its clients
 *      start again
 * @param clientPort that each client process listens on, if it is free
 * @param clientArguments further arguments of each client process
 * @param gpuMemoryFraction handed on to what uses it, null for nothing
 * @param conventions how jobs are written here
 */
public record SlurmSite(
        Profiles profiles,
        Profile defaults,
        Launch launch,
        Launch serverLaunch,
        Map<String, Launch> containers,
        Map<String, String> profileContainers,
        Map<String, JobTemplate> templates,
        boolean requeue,
        int clientPort,
        List<String> clientArguments,
        @Nullable String gpuMemoryFraction,
        SiteConventions conventions) {
    /** The port of the first client process on a node. */
    public static final int DEFAULT_CLIENT_PORT = 9000;

    /** In the place of a container's name: in none. */
    public static final String NATIVE = "native";

    public SlurmSite {
        containers = Map.copyOf(containers);
        profileContainers = Map.copyOf(profileContainers);
        templates = Map.copyOf(templates);
        clientArguments = List.copyOf(clientArguments);
    }

    /** A site that has decided nothing but where its nodes find the program. */
    public static SlurmSite of(Launch.Native launch) {
        return new SlurmSite(
                Profiles.builtIn(),
                Profile.EMPTY,
                launch,
                launch,
                Map.of(),
                Map.of(),
                Map.of(),
                false,
                DEFAULT_CLIENT_PORT,
                List.of(),
                null,
                SiteConventions.NONE);
    }
}
