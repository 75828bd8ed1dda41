package aifactory.slurm.contract;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.slurm.JobId;
import aifactory.slurm.JobState;
import aifactory.slurm.StepUsage;
import aifactory.slurm.SubmissionResult;
import aifactory.slurm.UsageReport;
import aifactory.slurm.command.Command;
import aifactory.slurm.command.CommandLineSlurmGateway;
import aifactory.slurm.command.CommandOutcome;
import aifactory.slurm.command.CommandOutcome.Exited;
import aifactory.slurm.command.SlurmEnvironment;
import aifactory.slurm.simulation.FakeSlurm;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Virtual memory and page faults of steps: as {@code sstat} and {@code sacct} print them, and where they do not. */
final class FieldsOfUsageTest {
    private final FakeSlurm slurm = FakeSlurm.ofNodes(4);
    private UnaryOperator<CommandOutcome> printed = UnaryOperator.identity();
    private boolean knowsAllFields = true;

    private CommandOutcome run(Command command) throws InterruptedException {
        boolean isUsage = List.of("sstat", "sacct").contains(command.program());
        if (!knowsAllFields && isUsage && String.join(" ", command.arguments()).contains("MaxVMSize")) {
            return new Exited(1, "", command.program() + ": error: Invalid field requested: \"MaxVMSize\"\n");
        }
        CommandOutcome outcome = slurm.commands().run(command);
        return command.program().equals("sstat") ? printed.apply(outcome) : outcome;
    }

    private final CommandLineSlurmGateway gateway =
            new CommandLineSlurmGateway(this::run, SlurmEnvironment.from(Map.of("PATH", "/usr/bin"), List.of()), null);

    private JobId started() throws Exception {
        JobId id = ((SubmissionResult.Submitted) gateway.submit(
                        ContractJobs.named("job", Path.of("/shared")).nodes(2).script("sleep 600")))
                .id();
        slurm.clock().advance(Duration.ofSeconds(60));
        return id;
    }

    private StepUsage clients(JobId id) throws Exception {
        return gateway.usage(id, Instant.EPOCH).orElseThrow().steps().stream()
                .filter(step -> step.step().equals("0"))
                .findFirst()
                .orElseThrow();
    }

    /** What {@code sstat} prints of the clients in those two fields. */
    private void clientsPrint(String virtual, String pages) {
        printed = outcome -> outcome instanceof Exited(int code, String output, String error)
                ? new Exited(
                        code,
                        output.replaceAll("(?m)^([0-9]+[.]0[|].*)[|][^|]*[|][^|\\n]*$", "$1|" + virtual + "|" + pages),
                        error)
                : outcome;
    }

    @Test
    void theyAreReadWhileTheJobRunsAndAfterwards() throws Exception {
        JobId id = started();
        assertThat(clients(id).maximumVirtualBytes()).isEqualTo(8 * 412_000L * 1024);
        assertThat(clients(id).averagePageFaults()).isEqualTo(24);
        slurm.end(id, JobState.COMPLETED, 0);
        assertThat(clients(id).maximumVirtualBytes()).isEqualTo(8 * 412_000L * 1024);
        assertThat(clients(id).averagePageFaults()).isEqualTo(24);
    }

    @Test
    void numbersMayHaveUnitsOrBeMissing() throws Exception {
        JobId id = started();
        clientsPrint("2.50G", "1.5K");
        assertThat(clients(id).maximumVirtualBytes()).isEqualTo(5L << 29);
        assertThat(clients(id).averagePageFaults()).isEqualTo(1536);
        clientsPrint("", "");
        assertThat(clients(id).maximumVirtualBytes()).isEqualTo(-1);
        assertThat(clients(id).averagePageFaults()).isEqualTo(-1);
        clientsPrint("0", "0");
        assertThat(clients(id).maximumVirtualBytes())
                .as("a gatherer without virtual memory")
                .isEqualTo(-1);
        assertThat(clients(id).averagePageFaults()).isZero();
        assertThat(clients(id).maximumResidentBytes()).isPositive();
    }

    @Test
    void aSlurmWithoutTheFieldsIsAskedForTheOthers() throws Exception {
        knowsAllFields = false;
        JobId id = started();
        UsageReport running = gateway.usage(id, Instant.EPOCH).orElseThrow();
        assertThat(running.nativeCommands())
                .anyMatch(command -> command.startsWith("sstat"))
                .noneMatch(command -> command.contains("MaxVMSize"));
        assertThat(clients(id).maximumResidentBytes()).isPositive();
        assertThat(clients(id).maximumVirtualBytes()).isEqualTo(-1);
        slurm.end(id, JobState.COMPLETED, 0);
        assertThat(clients(id).name()).isEqualTo("aifactory");
        assertThat(clients(id).maximumResidentBytes()).isPositive();
        assertThat(clients(id).averagePageFaults()).isEqualTo(-1);
    }
}
