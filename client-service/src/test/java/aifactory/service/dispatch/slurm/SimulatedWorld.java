package aifactory.service.dispatch.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.service.dispatch.DispatchOrder;
import aifactory.service.dispatch.DispatcherUnderTest;
import aifactory.service.dispatch.JobStatus;
import aifactory.service.dispatch.Requests;
import aifactory.slurm.JobId;
import aifactory.slurm.JobState;
import aifactory.slurm.command.CommandLineSlurmGateway;
import aifactory.slurm.command.SlurmEnvironment;
import aifactory.slurm.job.Launch;
import aifactory.slurm.simulation.ClusterConfiguration;
import aifactory.slurm.simulation.FakeSlurm;
import aifactory.slurm.simulation.JobView;
import aifactory.slurm.watch.PollerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** An in-memory cluster with virtual time, and a dispatcher that queries it. */
final class SimulatedWorld implements DispatcherUnderTest {
    final FakeSlurm slurm;
    private final Path directory;
    private final SlurmSite site;
    private SlurmDispatcher dispatcher;

    SimulatedWorld(Path directory, ClusterConfiguration cluster, SlurmSite site) {
        this.slurm = new FakeSlurm(cluster);
        this.directory = directory;
        this.site = site;
        this.dispatcher = life();
    }

    static SimulatedWorld usual(Path directory) {
        return new SimulatedWorld(directory, ClusterConfiguration.ofNodes(4), site());
    }

    static SlurmSite site() {
        return SlurmSite.of(new Launch.Native("/shared/aifactory"));
    }

    private SlurmDispatcher life() {
        return SlurmDispatcher.withoutThread(
                "slurm",
                new CommandLineSlurmGateway(
                        slurm.commands(), SlurmEnvironment.from(Map.of("PATH", "/usr/bin"), List.of())),
                slurm.clock(),
                PollerSettings.DEFAULTS,
                site,
                directory);
    }

    @Override
    public SlurmDispatcher dispatcher() {
        return dispatcher;
    }

    @Override
    public void restart() {
        dispatcher.close();
        dispatcher = life();
    }

    @Override
    public void settle() throws InterruptedException {
        slurm.clock().advance(Duration.ofSeconds(2));
        dispatcher.poll();
    }

    /** Lets the dispatcher ask so many times. */
    void settle(int rounds) throws InterruptedException {
        for (int round = 0; round < rounds; round++) {
            settle();
        }
    }

    /** What the dispatcher reports of a job. */
    JobStatus status(String jobId) {
        return dispatcher.states(List.of(jobId)).get(jobId);
    }

    /** Submits a job, and waits until it runs; its id. */
    String running(DispatchOrder order) throws Exception {
        String jobId = dispatcher.submit(order).jobId();
        settle(5);
        assertThat(status(jobId).phase()).isEqualTo(JobStatus.Phase.RUNNING);
        return jobId;
    }

    @Override
    public void pass(Duration time) {
        slurm.clock().advance(time);
    }

    @Override
    public void endProcesses(String jobId) {
        slurm.end(JobId.parse(jobId), JobState.COMPLETED, 0);
    }

    @Override
    public void loseProcess(String jobId, int number) {
        slurm.failNode(job(jobId).nodes().get(number));
    }

    JobView job(String jobId) {
        return slurm.job(JobId.parse(jobId));
    }

    @Override
    public Path logDirectory() {
        return directory.resolve("logs");
    }

    /** Every file that is left of jobs, the directories not counted. */
    List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    /** An order that is as old as the simulated cluster. */
    DispatchOrder order(int clients) {
        return order(7, "token0007", clients, Requests.plain());
    }

    @Override
    public void close() {
        dispatcher.close();
    }
}
