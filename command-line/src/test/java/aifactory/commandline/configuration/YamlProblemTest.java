package aifactory.commandline.configuration;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person reads about a file that is not YAML. */
final class YamlProblemTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    /** {@code ;} for the end of a line, {@code >} for a tab. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "workload:;  isl: 5; osl: 3 | line 3: ' osl: 3': the indentation does not match the lines above",
                "workload:;    isl: 5;  osl: 6 | line 3: '  osl: 6': the indentation does not match",
                "ai_servers:;  - a; - b | line 3: ' - b': the indentation does not match",
                "model: x;  time_limit: 2 | line 2: '  time_limit: 2': the line is indented deeper than the key above it",
                "workload:;>isl: 5 | line 2: '\\tisl: 5': a tab cannot indent a line: use spaces",
                "model: a: b | line 1: 'model: a: b': a value that contains ': ' needs quotes",
                "model;time_limit: 1 | line 2: 'time_limit: 1': the line above is not a key with a value",
                "model:x;time_limit: 1 | line 2: 'time_limit: 1': the line above is not a key with a value",
                "workload: {isl: 5;model: x | '{' is not closed",
                "ai_servers: [a, b;model: x | '[' is not closed",
                "model: 'abc | line 2: a quotation mark is not closed",
                "model: %x | line 1: 'model: %x': a value that starts with '%' needs quotes",
                "model: x;model: y | duplicate",
            })
    void theLineItsTextAndTheRemedyAreNamed(String text, String expected) throws IOException {
        Path file = Files.writeString(
                directory.resolve("benchmark.yaml"), text.replace(";", "\n").replace(">", "\t") + "\n");

        assertThatThrownBy(() -> YamlFile.read(file, "benchmark file"))
                .hasMessageContaining("benchmark file " + file)
                .message()
                .containsIgnoringCase(expected.strip())
                .doesNotContain("block mapping", "in reader", "\n");
    }
}
