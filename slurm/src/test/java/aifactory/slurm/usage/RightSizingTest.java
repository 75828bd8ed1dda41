package aifactory.slurm.usage;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.slurm.JobId;
import aifactory.slurm.JobState;
import aifactory.slurm.StepUsage;
import aifactory.slurm.UsageReport;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RightSizingTest {
    private static final long MEBIBYTE = 1L << 20;

    private static UsageReport usage(long residentMebibytes, String memory, int cpus, Duration cpuTime) {
        return new UsageReport(
                new JobId(1),
                JobState.COMPLETED,
                Duration.ofMinutes(10),
                1200,
                2,
                cpus,
                memory,
                cpuTime,
                List.of(new StepUsage(
                        "0", "aifactory", 2, residentMebibytes * MEBIBYTE, "node001", -1, -1, -1, cpuTime)),
                List.of());
    }

    @Test
    void memoryThatWasNotNeededIsGivenBack() {
        assertThat(RightSizing.advise(usage(400, "64G", 8, Duration.ofMinutes(40)), null))
                .containsExactly("mem: the largest client used 400 MiB of 64.0 GiB; mem=1G is enough");
    }

    @Test
    void memoryThatWasNearlyAllIsRaised() {
        assertThat(RightSizing.advise(usage(980, "1G", 8, Duration.ofMinutes(40)), null))
                .singleElement()
                .asString()
                .contains("980 MiB of 1.0 GiB")
                .contains("raise mem to 2.0 GiB");
    }

    @Test
    void memoryPerCpuIsThatOfAllCpusOfANode() {
        assertThat(RightSizing.advise(usage(980, "256Mc", 8, Duration.ofMinutes(40)), null))
                .singleElement()
                .asString()
                .contains("980 MiB of 1.0 GiB");
    }

    @Test
    void cpusThatIdledAreCounted() {
        // 4 CPUs each for 10 min are 80 CPU minutes; 2 were used.
        assertThat(RightSizing.advise(usage(700, "1G", 8, Duration.ofMinutes(2)), null))
                .containsExactly(
                        "cpus: on average 0.10 of the 4 CPUs of each client were busy; cpus_per_task=1 is enough at this load");
    }

    @Test
    void cpusThatWereAllBusyAreAWarning() {
        assertThat(RightSizing.advise(usage(700, "1G", 8, Duration.ofMinutes(78)), null))
                .singleElement()
                .asString()
                .contains("limited the load")
                .contains("cpus_per_task to 8");
    }

    @Test
    void aLimitThatWasFarTooLongIsShortened() {
        assertThat(RightSizing.advise(usage(700, "1G", 8, Duration.ofMinutes(40)), Duration.ofHours(2)))
                .singleElement()
                .asString()
                .contains("ended after 10 min of 2 h 0 min")
                .contains("--time-limit 15");
    }

    @Test
    void whatFitsIsSaidToFitAndWhatIsNotKnownIsNotJudged() {
        assertThat(RightSizing.advise(usage(700, "1G", 8, Duration.ofMinutes(40)), Duration.ofMinutes(15)))
                .containsExactly("the requested resources match the usage");
        UsageReport nothing = new UsageReport(
                new JobId(1), JobState.RUNNING, Duration.ofSeconds(5), 5, 1, 4, "8G", null, List.of(), List.of());
        assertThat(RightSizing.advise(nothing, null)).singleElement().asString().contains("no recommendation");
    }
}
