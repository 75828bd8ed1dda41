package aifactory.service.simulation;

import aifactory.protocol.ConnectRequest;
import aifactory.slurm.simulation.ClusterConfiguration;
import aifactory.slurm.simulation.FakeSlurm;
import aifactory.slurm.simulation.JobListener;
import aifactory.slurm.simulation.JobView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A Slurm in memory whose jobs run simulated clients, one per node. Belongs to the simulation's thread. */
final class SimulatedCluster {
    private static final int NODES = 6;

    private final SimulatedThreads threads;
    private final RandomGenerator random;
    private final Ledger ledger;
    private final FakeSlurm slurm;
    private final IntFunction<@Nullable Duration> delays;
    private final Map<Long, List<NodeProcess>> running = new HashMap<>();
    private long started;

    private record NodeProcess(String node, SimulatedThreads.SimulatedProcess process) {}

    SimulatedCluster(SimulatedThreads threads, RandomGenerator random, Ledger ledger) {
        this(threads, random, ledger, NODES, number -> Duration.ZERO);
    }

    /** @param delays by the number of a client, the time from the job's start to its own; null if it never starts */
    SimulatedCluster(
            SimulatedThreads threads,
            RandomGenerator random,
            Ledger ledger,
            int nodes,
            IntFunction<@Nullable Duration> delays) {
        this.threads = threads;
        this.random = random;
        this.ledger = ledger;
        this.slurm = new FakeSlurm(ClusterConfiguration.ofNodes(nodes));
        this.delays = delays;
    }

    /** @param service that the clients call */
    void begin(SimulatedService service) {
        slurm.listen(new JobListener() {
            @Override
            public void started(JobView job) {
                startClients(job, service);
            }

            @Override
            public void lostNode(JobView job, String node) {
                running.getOrDefault(job.id(), List.of()).stream()
                        .filter(process -> process.node().equals(node))
                        .forEach(process -> process.process().kill());
            }

            @Override
            public void stopped(JobView job) {
                running.getOrDefault(job.id(), List.of())
                        .forEach(process -> process.process().kill());
                running.remove(job.id());
            }
        });
    }

    /** Moves the cluster's clock to the simulation's time. */
    void keepTime() {
        Duration behind = Duration.between(slurm.clock().now(), threads.instant());
        if (behind.isPositive()) {
            slurm.clock().advance(behind);
        }
    }

    FakeSlurm slurm() {
        return slurm;
    }

    /** Ids of the jobs that have not ended. */
    List<Long> openJobs() {
        return slurm.jobs().stream()
                .filter(job -> !job.state().isTerminal())
                .map(JobView::id)
                .toList();
    }

    private void startClients(JobView job, SimulatedService service) {
        // benchmark-client-ID-TOKEN
        long benchmarkId = Long.parseLong(job.name().split("-")[2]);
        List<NodeProcess> processes = new ArrayList<>();
        for (int number = 0; number < job.nodes().size(); number++) {
            String node = job.nodes().get(number);
            SimulatedThreads.SimulatedProcess process = threads.process(node);
            processes.add(new NodeProcess(node, process));
            SimulatedClient client = new SimulatedClient(
                    process,
                    service,
                    random,
                    ledger,
                    benchmarkId,
                    registration(job, number, node),
                    random.nextBoolean());
            Duration delay = delays.apply(number);
            if (delay != null && delay.isZero()) {
                client.start();
            } else if (delay != null) {
                threads.at(threads.nanoTime() + delay.toNanos(), client::start);
            }
        }
        running.put(job.id(), processes);
    }

    private ConnectRequest registration(JobView job, int number, String node) {
        return new ConnectRequest(
                "http://" + node + ":9000",
                Long.toString(job.id()),
                node,
                number,
                job.restarts(),
                "instance-" + ++started,
                List.of("eth0=10.0.0." + (number + 1)),
                4,
                "simulated");
    }
}
