package aifactory.slurm.contract;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.slurm.JobId;
import aifactory.slurm.JobObservation;
import aifactory.slurm.SubmissionResult;
import aifactory.slurm.command.Command;
import aifactory.slurm.command.CommandLineSlurmGateway;
import aifactory.slurm.command.CommandOutcome;
import aifactory.slurm.command.CommandOutcome.Exited;
import aifactory.slurm.command.SlurmEnvironment;
import aifactory.slurm.simulation.FakeSlurm;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A site with several clusters: every command is for the one that is configured, and for no other. */
final class SeveralClustersTest {
    private final FakeSlurm slurm = FakeSlurm.ofNodes(4);
    private final List<List<String>> asked = new ArrayList<>();

    /** As {@code sbatch} of a site with several clusters answers. */
    private CommandOutcome run(Command command) throws InterruptedException {
        asked.add(command.arguments());
        CommandOutcome outcome = slurm.commands().run(command);
        return command.program().equals("sbatch") && outcome instanceof Exited(int code, String output, String error)
                ? new Exited(code, output.strip() + ";alps\n", error)
                : outcome;
    }

    private CommandLineSlurmGateway gateway(String cluster) {
        return new CommandLineSlurmGateway(
                this::run, SlurmEnvironment.from(Map.of("PATH", "/usr/bin"), List.of()), cluster);
    }

    @Test
    void everyCommandNamesTheCluster() throws Exception {
        CommandLineSlurmGateway gateway = gateway("alps");
        SubmissionResult result = gateway.submit(
                ContractJobs.named("job", Path.of("/shared")).nodes(2).script("sleep 600"));
        assertThat(result)
                .isInstanceOfSatisfying(
                        SubmissionResult.Submitted.class,
                        submitted -> assertThat(submitted.cluster()).isEqualTo("alps"));
        JobId id = ((SubmissionResult.Submitted) result).id();
        slurm.clock().advance(Duration.ofSeconds(5));
        assertThat(gateway.queue()).extracting(JobObservation::id).containsExactly(id);
        assertThat(gateway.details(id)).isPresent();
        gateway.accounting(List.of(id), Instant.EPOCH);
        gateway.nodes();
        gateway.usage(id, Instant.EPOCH);
        gateway.cancel(id);
        assertThat(asked).allSatisfy(words -> assertThat(words.get(1)).isEqualTo("--clusters=alps"));
        assertThat(asked).extracting(List::getFirst).doesNotContain("sstat").contains("sbatch", "scancel", "sinfo");
        assertThat(gateway.description()).contains("alps");
    }

    @Test
    void aSiteWithOneClusterNamesNone() throws Exception {
        gateway(null).queue();
        assertThat(String.join(" ", asked.getFirst())).doesNotContain("cluster");
    }
}
