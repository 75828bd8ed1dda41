package aifactory.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.ServerSpecification;
import aifactory.protocol.ServerSpecification.Container;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is known on the node gets into the command, and GPUs are shared. */
final class ServerPlaceTest {
    @Test
    void fillsInWhatTheNodeKnows() {
        ServerSpecification twoNodes = Specifications.of(
                2,
                2,
                1,
                8000,
                0,
                List.of(
                        "serve",
                        "--host={host}:{port}",
                        "{node_rank}",
                        "{nodes}",
                        "{head_address}",
                        "{replica}",
                        "{headless}",
                        "{\"a\":1}",
                        "{\"port\":{port}}",
                        "{{port}} {other}"));
        assertThat(new ServerPlace(3, 0, "10.0.0.4", "10.0.0.3").command(twoNodes))
                .containsExactly(
                        "serve",
                        "--host=10.0.0.4:8000",
                        "1",
                        "2",
                        "10.0.0.3",
                        "1",
                        "--headless",
                        "{\"a\":1}",
                        "{\"port\":8000}",
                        "{{port}} {other}");
        assertThat(new ServerPlace(0, 0, "10.0.0.1", null).command(twoNodes))
                .containsExactly(
                        "serve",
                        "--host=10.0.0.1:8000",
                        "0",
                        "2",
                        "10.0.0.1",
                        "0",
                        "{\"a\":1}",
                        "{\"port\":8000}",
                        "{{port}} {other}");
    }

    @Test
    void replicasOfANodeHavePortsAndGpusOfTheirOwn() {
        ServerSpecification four = Specifications.of(4, 1, 4, 8000, 8, List.of("x"));
        ServerPlace third = new ServerPlace(2, 2, "h", null);
        assertThat(third.port(four)).isEqualTo(8002);
        assertThat(third.devices(four, null)).isEqualTo("4,5");
        assertThat(third.devices(four, "a,b,c,d,e,f,g,h")).isEqualTo("e,f");
        assertThat(third.devices(four, "0,1")).isNull();
        assertThat(third.devices(Specifications.of(1, 1, 1, 8000, 8, List.of("x")), "0,1"))
                .isNull();
    }

    @Test
    void aContainerSeesWhatWasAskedForAndItsEnvironmentIsNoWordOfTheCommand() {
        Container container = new Container("/images/vllm.sif", null, List.of("/models:/models:ro"));
        assertThat(ContainerCommand.words(container, true, List.of("vllm", "serve")))
                .containsSequence("apptainer", "exec", "--cleanenv", "--containall")
                .containsSequence("--bind", "/models:/models:ro", "--nv", "/images/vllm.sif", "vllm", "serve");
        assertThat(ContainerCommand.environment(
                        Map.of("SLURM_JOB_ID", "7", "HOME", "/root", "CUDA_VISIBLE_DEVICES", "0"),
                        Map.of("HF_TOKEN", "secret, \"with\" marks", "CUDA_VISIBLE_DEVICES", "1")))
                .containsEntry("APPTAINERENV_SLURM_JOB_ID", "7")
                .containsEntry("APPTAINERENV_HF_TOKEN", "secret, \"with\" marks")
                .containsEntry("APPTAINERENV_CUDA_VISIBLE_DEVICES", "1")
                .doesNotContainKey("APPTAINERENV_HOME");
    }
}
