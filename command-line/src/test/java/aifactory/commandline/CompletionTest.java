package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script with which bash completes commands and options, in a real bash. */
final class CompletionTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @Test
    void bashCompletesVerbsAndOptions() throws Exception {
        Path script = Files.writeString(
                directory.resolve("completion"),
                new InvocationHarness(directory).run("completion").out());
        assertThat(completions(script, "aifactory", "dem")).containsExactly("demo");
        assertThat(completions(script, "aifactory", "group", "cr")).containsExactly("create");
        assertThat(completions(script, "aifactory", "benchmark", "--request-r")).contains("--request-rate");
    }

    @Test
    void bashCompletesTheValuesOfOptions() throws Exception {
        Path script = Files.writeString(
                directory.resolve("completion"),
                new InvocationHarness(directory).run("completion", "bash").out());
        Files.createDirectory(directory.resolve("results"));
        Files.createFile(directory.resolve("benchmark.yaml"));

        for (String command : List.of("benchmark", "serve", "sweep")) {
            assertThat(completions(script, "aifactory", command, "--dispatcher", ""))
                    .as(command)
                    .containsExactly("local", "slurm", "slurm-rest", "allocation");
        }
        assertThat(completions(script, "aifactory", "run", "--endpoint", "")).contains("chat", "embeddings");
        assertThat(completions(script, "aifactory", "benchmark", "--dispatcher", "=", "slu"))
                .containsExactly("slurm", "slurm-rest");
        assertThat(completions(script, "aifactory", "benchmark", "-f", "ben")).containsExactly("benchmark.yaml");
        assertThat(completions(script, "aifactory", "report", "x", "--output", "res"))
                .containsExactly("results");
        assertThat(completions(script, "aifactory", "export", "--format", "v")).containsExactly("vllm");
        assertThat(completions(script, "aifactory", "completion", "")).containsExactly("bash", "zsh", "fish");
        assertThat(completions(script, "aifactory", "help", "benc")).containsExactly("benchmark");
        assertThat(completions(script, "aifactory", "benchmark", "--model", "run", "--osl-dis"))
                .as("a value that is named like a command")
                .containsExactly("--osl-distribution");
        assertThat(completions(script, "aifactory", "benchmark", "--no-str")).containsExactly("--no-streaming");
        assertThat(completions(script, "aifactory", "wait", "7", "--for", "")).containsExactly("ready", "done");
    }

    @Test
    void theOtherShellsHaveTheSameCommandsAndValues() {
        String zsh = new InvocationHarness(directory).run("completion", "zsh").out();
        String fish = new InvocationHarness(directory).run("completion", "fish").out();

        assertThat(zsh).startsWith("#compdef aifactory\n").contains("_aifactory_result='words local slurm slurm-rest");
        assertThat(fish)
                .contains("complete -c aifactory -n '__aifactory_at aifactory' -a benchmark -d ")
                .contains("-l dispatcher -x -a 'local slurm slurm-rest allocation'")
                .contains("'__aifactory_at aifactory group create' ");
    }

    private List<String> completions(Path script, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "bash",
                "-c",
                "source \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _complete_aifactory;"
                        + " printf '%s\\n' \"${COMPREPLY[@]}\"",
                "bash",
                script.toString()));
        command.addAll(List.of(words));
        Process bash = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String printed = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return printed.lines().map(String::strip).toList();
    }
}
