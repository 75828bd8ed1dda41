package aifactory.slurm.simulation;

import aifactory.slurm.command.CommandOutcome.Exited;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code scontrol show job -o ID}, {@code show config} and {@code token}. */
final class SimulatedScontrol {
    private final SimulatedCluster cluster;

    SimulatedScontrol(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    Exited run(SimulatedArguments arguments) {
        if (arguments.operands().getFirst().equals("token")) {
            return token(arguments.operands().getLast());
        }
        if (arguments.operands().getLast().equals("config")) {
            return new Exited(
                    0,
                    "Configuration data as of " + cluster.clock.now() + "\nAccountingStorageHost   = localhost\n"
                            + "ClusterName             = simulated\nSchedulerType           = "
                            + cluster.configuration.scheduler() + "\nSLURM_VERSION           = "
                            + cluster.configuration.version() + "\n",
                    "");
        }
        String id = arguments.get("format", arguments.operands().getLast());
        Optional<SimulatedJob> job = cluster.job(id);
        return job.map(found -> new Exited(0, lines(id, found), ""))
                .orElseGet(() -> new Exited(1, "", "slurm_load_jobs error: Invalid job id specified\n"));
    }

    private Exited token(String lifespan) {
        long seconds = Long.parseLong(lifespan.substring("lifespan=".length()));
        String token = SimulatedToken.of(
                cluster.configuration.user(),
                cluster.clock.now(),
                cluster.clock.now().plusSeconds(seconds));
        return new Exited(0, "SLURM_JWT=" + token + "\n", "");
    }

    /** A line for each component where the whole job is asked for. */
    private String lines(String id, SimulatedJob job) {
        boolean whole = job.isLeader() && id.indexOf('+') < 0;
        return (whole ? job.components : List.of(job))
                .stream().map(component -> line(component) + "\n").collect(Collectors.joining());
    }

    private String line(SimulatedJob job) {
        Instant now = cluster.clock.now();
        String nodes = job.nodes.isEmpty() ? "" : SimulatedText.hostList(job.nodes);
        List<String> fields = List.of(
                "JobId=" + job.id + components(job),
                "JobName=" + job.name(),
                "UserId=" + cluster.configuration.user() + "(2001)",
                "GroupId=" + cluster.configuration.user() + "(2001)",
                "MCS_label=N/A",
                "Priority=333",
                "Nice=0",
                "Account=" + job.account(),
                "QOS=" + job.qos(),
                "JobState=" + job.state.name(),
                "Reason=" + job.reason,
                "Dependency=(null)",
                "Requeue=" + (job.requeueAllowed() ? 1 : 0),
                "Restarts=" + job.restarts,
                "BatchFlag=1",
                "Reboot=0",
                "ExitCode=" + job.exitCode + ":" + job.exitSignal,
                "RunTime=" + SimulatedText.longTime(job.elapsed(now)),
                "TimeLimit=" + SimulatedText.longTime(job.timeLimit()),
                "TimeMin=N/A",
                "SubmitTime=" + job.submittedAt.getEpochSecond(),
                "EligibleTime=" + job.submittedAt.getEpochSecond(),
                "StartTime=" + SimulatedText.seconds(job.startedAt, "Unknown"),
                "EndTime=" + SimulatedText.seconds(end(job), "Unknown"),
                "Deadline=N/A",
                "Partition=" + job.partition(),
                "AllocNode:Sid=login:0",
                "ReqNodeList=" + job.option("nodelist", "(null)"),
                "ExcNodeList=(null)",
                nodes.isEmpty() ? "NodeList=(null)" : "NodeList=" + nodes,
                "NumNodes=" + (job.nodes.isEmpty() ? job.nodeCount() : job.nodes.size()),
                "NumCPUs=" + job.nodeCount() * job.cpusPerNode(),
                "NumTasks=" + job.nodeCount(),
                "CPUs/Task=" + job.option("cpus-per-task", "1"),
                "MinCPUsNode=" + job.cpusPerNode(),
                "MinMemoryNode=" + SimulatedText.memory(SimulatedText.megabytes(job.option("mem", "0"))),
                "Features=" + job.option("constraint", "(null)"),
                "OverSubscribe=" + (job.options.containsKey("exclusive") ? "NO" : "OK"),
                "Reservation=" + job.option("reservation", "(null)"),
                "Command=(null)",
                "WorkDir=" + job.option("chdir", "/home/" + cluster.configuration.user()),
                "StdErr=" + job.option("error", ""),
                "StdIn=/dev/null",
                "StdOut=" + job.option("output", "/home/" + cluster.configuration.user() + "/slurm-" + job.id + ".out"),
                "Power=");
        return String.join(" ", fields) + " ";
    }

    private static String components(SimulatedJob job) {
        return job.isHeterogeneous()
                ? " HetJobId=" + job.leader().id + " HetJobOffset=" + job.offset + " HetJobIdSet=" + job.leader().id
                        + "-" + job.components.getLast().id
                : "";
    }

    private static @Nullable Instant end(SimulatedJob job) {
        if (job.endedAt != null) {
            return job.endedAt;
        }
        Duration limit = job.timeLimit();
        return job.startedAt == null ? null : job.startedAt.plus(limit);
    }
}
