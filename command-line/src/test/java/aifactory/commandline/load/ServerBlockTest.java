package aifactory.commandline.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.commandline.configuration.YamlFile;
import aifactory.protocol.ServerRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The server block of a benchmark file, and the memory that its model needs. */
final class ServerBlockTest {
    private static final Path EXAMPLES = Path.of("..", "examples", "servers");

    @TempDir
    Path directory = Path.of("");

    private ServerRequest read(String block) throws IOException {
        Path file = Files.writeString(directory.resolve("benchmark.yaml"), "server: " + block + "\n");
        return Objects.requireNonNull(BenchmarkFile.read(file).server());
    }

    @Test
    void wordsMayBeNumbersAndAnImageLiesBesideTheFile() throws IOException {
        ServerRequest server =
                read("{command: [serve, -c, 2048, '{port}'], container: images/x.sif, ready_timeout: 90s}");
        assertThat(server.command()).isEqualTo(List.of("serve", "-c", "2048", "{port}"));
        assertThat(server.container())
                .isEqualTo(directory.toAbsolutePath().resolve("images/x.sif").toString());
        assertThat(server.readyTimeout()).hasSeconds(90);
    }

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyExampleHasABlock(Path example) throws IOException {
        boolean campaign = Files.readString(example).contains("sweep:");
        BenchmarkFile file = campaign
                ? BenchmarkFile.ofCampaign(example, YamlFile.read(example, "campaign file"))
                : BenchmarkFile.read(example);
        assertThat(file.server()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            llama-server --port 1             | give a mapping
            {comand: [a]}                     | did you mean 'server.command'
            {command: llama-server --port 1}  | is one text
            {command: [a], port: x}           | 'server.port'
            {command: [a], ready_timeout: 5}  | 'server.ready_timeout'
            {command: [a], environment: 3}    | 'server.environment'
            """)
    void whatIsWrittenWronglyIsRefused(String block, String words) {
        assertThatThrownBy(() -> read(block)).hasMessageContaining(words);
    }

    @Test
    void aServerIsCountedWithItsNodes() throws IOException {
        assertThat(ServerSizing.nodes(null)).isZero();
        assertThat(ServerSizing.nodes(read("{group: 7}"))).isZero();
        assertThat(ServerSizing.nodes(read("{command: [a], replicas: 8, replicas_per_node: 4}")))
                .isEqualTo(2);
        assertThat(ServerSizing.nodes(read("{command: [a], replicas: 2, nodes: 3}")))
                .isEqualTo(6);
    }

    @Test
    void theArithmeticSaysWhetherTheModelFits() throws IOException {
        ServerRequest eight = read("{recipe: vllm, model: meta-llama/Llama-3.1-8B-Instruct, gpus: 1}");
        assertThat(ServerSizing.of(eight, null).fits()).isNull();
        assertThat(ServerSizing.of(eight, null).lines().getFirst()).contains("weights", "GiB");
        assertThat(ServerSizing.of(eight, 80.0).fits()).isTrue();
        assertThat(ServerSizing.of(eight, 12.0).fits()).isFalse();
        ServerRequest seventy = read("{recipe: vllm, model: meta-llama/Llama-3.3-70B-Instruct, gpus: 4, nodes: 2}");
        assertThat(ServerSizing.of(seventy, 40.0).fits()).isTrue();
        assertThat(ServerSizing.of(seventy, 16.0).fits()).isFalse();
        assertThat(ServerSizing.of(read("{command: [a]}"), 40.0).fits()).isNull();
    }
}
