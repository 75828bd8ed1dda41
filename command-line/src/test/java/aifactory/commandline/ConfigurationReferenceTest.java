package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.commandline.InvocationHarness.Outcome;
import aifactory.commandline.configuration.EnvironmentVariable;
import aifactory.commandline.failure.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed reference says what the program does. */
final class ConfigurationReferenceTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");
    private static final Pattern READ = Pattern.compile("environment\\(\\)\\s*\\.get(?:OrDefault)?\\(\"([A-Z_]+)\"");
    /** The variables that Slurm and Apptainer set for their processes are not configuration. */
    private static final Set<String> SET_BY_OTHERS =
            Set.of("SLURMD_NODENAME", "SLURM_CPUS_PER_TASK", "APPTAINER_CONTAINER");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @Test
    void thePageIsWhatTheProgramPrints() throws IOException {
        Outcome outcome = new InvocationHarness(directory).run("config", "reference");

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(Files.readString(PAGE))
                .as("docs/configuration.md differs from the program's reference; generate it again:"
                        + " ./aifactory config reference >docs/configuration.md")
                .isEqualTo(outcome.out());
    }

    @Test
    void nothingIsLeftWithoutItsMeaning() {
        String page =
                new InvocationHarness(directory).run("config", "reference").out();

        assertThat(page.lines().filter(line -> line.startsWith("| `")))
                .hasSizeGreaterThan(100)
                .noneMatch(line -> line.endsWith("|  |"));
    }

    @Test
    void everyVariableThatIsReadIsTold() throws IOException {
        Set<String> told =
                Arrays.stream(EnvironmentVariable.values()).map(Enum::name).collect(Collectors.toSet());
        Set<String> read = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                READ.matcher(Files.readString(file, StandardCharsets.UTF_8))
                        .results()
                        .forEach(match -> read.add(match.group(1)));
            }
        }
        assertThat(read).as("the search finds none: it is at fault").contains("AI_SERVER_HOST", "PGPASSWORD");
        read.removeAll(SET_BY_OTHERS);
        assertThat(told).containsAll(read);
    }

    @Test
    void theHelpHasTheSameExitCodes() {
        String help = new InvocationHarness(directory).run("--help").out().replaceAll("\\s+", " ");

        for (ExitCode code : ExitCode.values()) {
            // A fault of the program is not one of the contract's outcomes.
            if (code != ExitCode.INTERNAL_FAULT) {
                assertThat(help).contains(" " + code.number() + " " + code.meaning());
            }
        }
    }
}
