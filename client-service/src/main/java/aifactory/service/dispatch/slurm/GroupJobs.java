package aifactory.service.dispatch.slurm;

import aifactory.protocol.GroupRequest;
import aifactory.protocol.ServerRequest;
import aifactory.protocol.ServerSpecification;
import aifactory.service.dispatch.DispatchOrder;
import aifactory.slurm.job.InvalidJobException;
import aifactory.slurm.job.JobLogs;
import aifactory.slurm.job.JobScript;
import aifactory.slurm.job.JobScriptBuilder;
import aifactory.slurm.job.JobTemplate;
import aifactory.slurm.job.Launch;
import aifactory.slurm.job.Profile;
import aifactory.slurm.job.ServerStep;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Turns what a user asked for and what the site decided into a job. Stateless. */
final class GroupJobs {
    /** The profile of a group with GPUs that names none. */
    private static final String GPU_PROFILE = "gpu";

    private final SlurmSite site;

    GroupJobs(SlurmSite site) {
        this.site = site;
    }

    /** The whole name of the order's job, by which it is found again. */
    static String nameOf(DispatchOrder order) {
        return JobScriptBuilder.jobName(hasGpu(order), order.benchmarkId(), order.token());
    }

    /** Whether the order asks for servers on nodes of another kind than those of the clients. */
    static boolean isHeterogeneous(DispatchOrder order) {
        return serverProfile(order) != null && order.numClients() > 0;
    }

    /**
     * @param separate whether servers with a profile of theirs become a component of a heterogeneous job; otherwise all
     *     nodes are like those of the servers
     * @throws InvalidJobException names the member at fault
     */
    JobScript build(DispatchOrder order, JobLogs logs, boolean separate) throws InvalidJobException {
        return builder(order, logs, separate).build();
    }

    /** The job before its last touches. */
    JobScriptBuilder builder(DispatchOrder order, JobLogs logs, boolean separate) throws InvalidJobException {
        GroupRequest request = order.request();
        checkName("profile", request.profile());
        String profile = request.profile() == null && hasGpu(order) ? GPU_PROFILE : request.profile();
        boolean servesOnly = serverProfile(order) != null && !separate;
        Profile ofServers = serverProfile(order) == null ? null : profileOfServers(order);
        JobScriptBuilder builder = JobScriptBuilder.forBenchmark(order.benchmarkId(), order.token(), logs)
                .profile(
                        servesOnly && ofServers != null
                                ? ofServers
                                : site.profiles().effective(profile, site.defaults(), placeOf(order)))
                .numClients(order.numClients())
                .timeLimit(order.timeLimit())
                .clientServiceAddress(order.clientServiceAddress().toString())
                .aiServerAddress(
                        order.aiServers().isEmpty()
                                ? null
                                : order.aiServers().getFirst().toString())
                .servers(serverStep(order, servesOnly ? null : ofServers))
                .groupSecretFile(order.secretFile())
                .clientPort(site.clientPort())
                .launch(launch(request.container(), profile))
                .gpuEnabled(hasGpu(order))
                .gpuMemoryFraction(hasGpu(order) ? site.gpuMemoryFraction() : null)
                .clientArguments(site.clientArguments())
                .requeue(site.requeue())
                .conventions(site.conventions());
        if (request.template() != null && order.server() != null) {
            throw new InvalidJobException(
                    "template",
                    "a job that starts servers has the built-in script: leave the template out, or start the servers"
                            + " in a separate group with num_clients 0");
        }
        if (request.template() != null) {
            JobTemplate template = named("template", request.template(), site.templates());
            builder.template(template, profile != null);
        }
        return builder;
    }

    private static @Nullable String serverProfile(DispatchOrder order) {
        ServerRequest block = order.request().server();
        return order.server() == null || block == null ? null : block.profile();
    }

    /** Partition and QOS of the request are those of the clients; the account pays for all nodes. */
    private Profile profileOfServers(DispatchOrder order) throws InvalidJobException {
        String name = serverProfile(order);
        try {
            checkName("profile", name);
            Profile asked = new Profile(
                    null, null, order.request().account(), gpus(order), null, null, null, null, null, null, null);
            return site.profiles().effective(name, site.defaults(), asked);
        } catch (InvalidJobException e) {
            throw new InvalidJobException("server." + e.field(), "server: " + e.getMessage());
        }
    }

    /** Where servers have a profile, their GPUs are not for the nodes of the clients. */
    private static Profile placeOf(DispatchOrder order) {
        GroupRequest request = order.request();
        return new Profile(
                request.partition(),
                request.qos(),
                request.account(),
                serverProfile(order) == null ? gpus(order) : null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private static @Nullable String gpus(DispatchOrder order) {
        ServerSpecification server = order.server();
        return server == null || server.gpus() == 0 ? null : "gpu:" + server.gpus();
    }

    /**
     * What it costs that all nodes are like those of the servers, for people.
     *
     * @param obstacle to a heterogeneous job
     */
    String costOfOneKindOfNodes(DispatchOrder order, String obstacle) throws InvalidJobException {
        Profile profile = profileOfServers(order);
        int gpus = profile.gpusPerNode() * order.numClients();
        double hours = gpus * order.timeLimit().toMinutes() / 60.0;
        return obstacle + ": all " + order.nodes() + " nodes of the job are like those of its servers (profile '"
                + serverProfile(order) + "'), also those of the " + order.numClients() + " clients"
                + (gpus == 0
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                ", whose %d GPUs nothing uses: up to %.1f GPU hours within the time limit",
                                gpus,
                                hours))
                + "; to avoid it, start the servers in a separate group with num_clients 0";
    }

    private @Nullable ServerStep serverStep(DispatchOrder order, @Nullable Profile component) {
        ServerSpecification server = order.server();
        return server == null
                ? null
                : new ServerStep(
                        server.nodes(),
                        server.replicasPerNode(),
                        site.serverLaunch(),
                        Math.toIntExact(server.longestEnd().toSeconds()),
                        order.logDirectory(),
                        component);
    }

    private static boolean hasGpu(DispatchOrder order) {
        return Boolean.TRUE.equals(order.request().gpu());
    }

    /** What is no name at all is not repeated in an answer. */
    private static void checkName(String field, @Nullable String name) throws InvalidJobException {
        if (name != null && !name.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new InvalidJobException(
                    field, "the " + field + " is no name: give up to 64 letters, digits, dots, dashes or underscores");
        }
    }

    private Launch launch(@Nullable String asked, @Nullable String profile) throws InvalidJobException {
        String container =
                asked == null && profile != null ? site.profileContainers().get(profile) : asked;
        if (container == null) {
            return site.launch();
        }
        return container.equals(SlurmSite.NATIVE)
                ? site.serverLaunch()
                : named("container", container, site.containers());
    }

    private static <T> T named(String field, String name, Map<String, T> known) throws InvalidJobException {
        checkName(field, name);
        T found = known.get(name);
        if (found == null) {
            throw new InvalidJobException(
                    field,
                    "there is no " + field + " '" + name + "'; "
                            + (known.isEmpty()
                                    ? "none is configured: add it to slurm." + field
                                            + "s in the service's configuration file"
                                    : "there are: " + String.join(", ", new TreeSet<>(known.keySet()))));
        }
        return found;
    }
}
