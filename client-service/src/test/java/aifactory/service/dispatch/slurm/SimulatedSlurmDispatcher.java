package aifactory.service.dispatch.slurm;

import aifactory.service.ServiceThreads;
import aifactory.service.dispatch.ClientDispatcher;
import aifactory.slurm.SlurmClock;
import aifactory.slurm.command.CommandLineSlurmGateway;
import aifactory.slurm.command.SlurmEnvironment;
import aifactory.slurm.simulation.FakeSlurm;
import aifactory.slurm.watch.PollerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** The real Slurm dispatcher over a cluster in memory, whose poller waits in the time of its caller. Stateless. */
public final class SimulatedSlurmDispatcher {
    private SimulatedSlurmDispatcher() {}

    /**
     * A dispatcher that polls on a thread of the process until that is killed.
     *
     * @param sharedDirectory as the service's
     */
    public static ClientDispatcher start(
            FakeSlurm slurm, Path sharedDirectory, ServiceThreads process, InstantSource time) {
        SlurmClock clock = new SlurmClock() {
            @Override
            public Instant now() {
                return time.instant();
            }

            @Override
            public void pause(Duration duration) throws InterruptedException {
                process.sleep(duration);
            }
        };
        SlurmDispatcher dispatcher = SlurmDispatcher.withoutThread(
                "slurm",
                new CommandLineSlurmGateway(
                        slurm.commands(), SlurmEnvironment.from(Map.of("PATH", "/usr/bin"), List.of())),
                clock,
                PollerSettings.DEFAULTS,
                SimulatedWorld.site(),
                sharedDirectory);
        process.start("slurm-poller", () -> {
            try {
                while (true) {
                    process.sleep(dispatcher.poll());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return dispatcher;
    }
}
