package aifactory.service.dispatch.slurm;

import aifactory.protocol.ServerSpecification;
import aifactory.service.dispatch.DispatchOrder;
import aifactory.service.dispatch.DispatchUnavailableException;
import aifactory.service.dispatch.InvalidOrderException;
import aifactory.service.dispatch.JobProvenance;
import aifactory.service.dispatch.local.JobProcesses;
import aifactory.slurm.SlurmUnavailableException;
import aifactory.slurm.command.CommandLineSlurmGateway;
import aifactory.slurm.job.InvalidJobException;
import aifactory.slurm.job.JobLogs;
import aifactory.slurm.job.JobScript;
import aifactory.slurm.job.JobScriptBuilder;
import aifactory.slurm.job.Profile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Each group is one step of the allocation that the service runs in: one {@code srun}, which starts a client on as many
 * of its nodes as are asked for. Thread-safe.
 */
public final class AllocationSteps implements JobProcesses {
    private static final Logger LOG = LoggerFactory.getLogger(AllocationSteps.class);
    private static final String SHELL = "/bin/bash";

    private final Allocation allocation;
    private final CommandLineSlurmGateway gateway;
    private final GroupJobs jobs;
    private final JobFiles files;
    private final ClusterIdentity cluster;

    public AllocationSteps(
            Allocation allocation, CommandLineSlurmGateway gateway, SlurmSite site, Path sharedDirectory) {
        this.allocation = allocation;
        this.gateway = gateway;
        this.jobs = new GroupJobs(site);
        this.files = new JobFiles(sharedDirectory.resolve("jobs"));
        this.cluster = new ClusterIdentity(gateway);
    }

    @Override
    public String name() {
        return "allocation";
    }

    @Override
    public void check(DispatchOrder order) throws InvalidOrderException {
        ServerSpecification server = order.server();
        if (inComponents(order) && server != null) {
            checkComponent("clients", order.numClients(), 0);
            checkComponent("servers", server.nodes(), 1);
            return;
        }
        int nodes = allocation.nodes().size();
        if (order.nodes() > nodes) {
            throw new InvalidOrderException(
                    "num_clients",
                    order.numClients() + " clients, one per node, "
                            + (order.server() == null
                                    ? ""
                                    : "next to servers on " + order.server().nodes() + " nodes, ")
                            + "and job " + allocation.job() + " has " + nodes
                            + " nodes: request fewer clients, or use a larger allocation");
        }
    }

    /** Clients and servers in a heterogeneous allocation have a component each. */
    private boolean inComponents(DispatchOrder order) {
        return allocation.components().size() > 1 && order.server() != null && order.numClients() > 0;
    }

    private void checkComponent(String what, int wanted, int component) throws InvalidOrderException {
        int nodes = allocation.components().get(component).size();
        if (wanted > nodes) {
            throw new InvalidOrderException(
                    component == 0 ? "num_clients" : "server",
                    what + " on " + wanted + " nodes, and component " + component + " of job " + allocation.job()
                            + " has " + nodes + " nodes: ask for fewer, or begin in an allocation of more nodes");
        }
    }

    @Override
    public String preview(DispatchOrder order) throws InvalidOrderException {
        return script(order).text();
    }

    @Override
    public int count(DispatchOrder order) {
        return 1;
    }

    @Override
    public List<String> command(DispatchOrder order, int number)
            throws InvalidOrderException, DispatchUnavailableException {
        JobScript script = script(order);
        String name = GroupJobs.nameOf(order);
        try {
            cluster.learn();
            files.keep(name, script.text(), JobLogs.first(order.logDirectory(), order.benchmarkId()));
            return List.of(SHELL, files.script(name).toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DispatchUnavailableException("interrupted before step " + name + " was started", e);
        } catch (IOException e) {
            throw new DispatchUnavailableException(
                    "the script of step " + name + " cannot be kept: " + e.getMessage(), e);
        }
    }

    private JobScript script(DispatchOrder order) throws InvalidOrderException {
        try {
            int cpus = allocation.cpusPerTask();
            JobScriptBuilder builder = jobs.builder(
                            order, JobLogs.first(order.logDirectory(), order.benchmarkId()), false)
                    .profile(new Profile(null, null, null, null, null, cpus, null, null, null, null, null))
                    .step(List.of("--overlap", "--job-name=" + stepName(order.token())));
            return (inComponents(order) ? builder.heterogeneousAllocation() : builder).build();
        } catch (InvalidJobException e) {
            throw new InvalidOrderException(e.field(), String.valueOf(e.getMessage()));
        }
    }

    private static String stepName(String token) {
        return "clients-" + token;
    }

    /** Slurm numbers the clients itself, and tells each its number. */
    @Override
    public Map<String, String> environment(DispatchOrder order, int number) {
        return Map.of();
    }

    @Override
    public Optional<JobProvenance> provenance() {
        String name = allocation.cluster() == null ? cluster.name() : allocation.cluster();
        return Optional.of(new JobProvenance(
                name, cluster.version(), allocation.job().toString(), allocation.nodes(), allocation.startedAt()));
    }

    @Override
    public List<String> nodes() {
        return allocation.nodes();
    }

    /** {@code srun} answers SIGTERM by killing its tasks at once; Slurm delivers one to the tasks themselves. */
    @Override
    public boolean askToEnd(String token) throws InterruptedException {
        try {
            return gateway.terminateStep(allocation.job(), stepName(token));
        } catch (SlurmUnavailableException e) {
            LOG.warn("the clients of step {} could not be signalled to end: {}", stepName(token), e.getMessage());
            return false;
        }
    }
}
