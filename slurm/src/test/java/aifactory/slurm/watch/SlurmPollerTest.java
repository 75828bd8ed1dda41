package aifactory.slurm.watch;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.slurm.JobId;
import aifactory.slurm.JobState;
import aifactory.slurm.command.CommandLineSlurmGateway;
import aifactory.slurm.command.SlurmEnvironment;
import aifactory.slurm.simulation.ControllerMode;
import aifactory.slurm.simulation.FakeSlurm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How often Slurm is asked: seldom where nothing is lost by it. */
class SlurmPollerTest {
    private static final PollerSettings SETTINGS = PollerSettings.DEFAULTS;

    private final FakeSlurm slurm = FakeSlurm.ofNodes(4);
    private final SlurmPoller poller = new SlurmPoller(
            new CommandLineSlurmGateway(slurm.commands(), SlurmEnvironment.from(Map.of("PATH", "/bin"), List.of())),
            slurm.clock(),
            SETTINGS,
            (before, after) -> {});

    private JobId job(String name) {
        JobId id = slurm.submitBeside(name, "sleep 100000");
        poller.track(id, name, slurm.clock().now());
        return id;
    }

    /** Lets the poller have its way for a while. @return the intervals that it chose */
    private List<Duration> follow(Duration time) throws Exception {
        List<Duration> waits = new ArrayList<>();
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(waits.getLast())) {
            waits.add(poller.poll());
            slurm.clock().advance(waits.getLast());
        }
        return waits;
    }

    @Test
    void whileAllWaitTheIntervalGrowsToItsLongest() throws Exception {
        JobId id = job("a");
        slurm.pend(id, "Priority");

        List<Duration> waits = follow(Duration.ofMinutes(10));

        assertThat(waits.getFirst()).isEqualTo(SETTINGS.shortest());
        assertThat(waits.getLast()).isEqualTo(SETTINGS.longest());
        assertThat(waits).hasSizeLessThan(20);
    }

    @Test
    void theEndOfAJobThatHoldsNodesIsSeenBeforeTheIntervalOfOneThatWaits() throws Exception {
        JobId waiting = job("a");
        slurm.pend(waiting, "Priority");
        JobId running = job("b");

        List<Duration> waits = follow(Duration.ofMinutes(5));

        assertThat(poller.job(running).orElseThrow().state()).isEqualTo(JobState.RUNNING);
        assertThat(waits.getLast()).isEqualTo(SETTINGS.longestWhileRunning());

        slurm.end(running, JobState.FAILED, 1);
        poller.poll();
        assertThat(poller.job(running).orElseThrow().hasEnded()).isTrue();
        assertThat(follow(Duration.ofMinutes(10)).getLast()).isEqualTo(SETTINGS.longest());
    }

    @Test
    void aControllerThatIsAwayIsAskedNoMoreOftenForIt() throws Exception {
        job("a");
        follow(Duration.ofMinutes(1));
        slurm.controller(ControllerMode.DOWN);

        assertThat(follow(Duration.ofMinutes(5)).subList(3, 5)).containsOnly(SETTINGS.longestWhileRunning());
    }

    @Test
    void nobodySleepsPastAnEndThatSlurmHasAnnounced() throws Exception {
        JobId id = job("a");
        follow(Duration.ofMinutes(2));
        var end = poller.job(id).orElseThrow().endsAt();
        slurm.clock().advance(Duration.between(slurm.clock().now(), end).minusSeconds(8));

        assertThat(poller.poll()).isLessThanOrEqualTo(Duration.ofSeconds(8));
    }
}
