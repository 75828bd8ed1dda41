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

/** The script that bash reads to complete verbs and options, in a real bash. */
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

    private List<String> completions(Path script, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "bash",
                "-c",
                "source \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _complete_aifactory;"
                        + " printf '%s\\n' \"${COMPREPLY[@]}\"",
                "bash",
                script.toString()));
        command.addAll(List.of(words));
        Process bash = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return printed.lines().map(String::strip).toList();
    }
}
