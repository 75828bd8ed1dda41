package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.commandline.InvocationHarness.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Help texts as users read them, in terminals of every usual width. */
final class HelpTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    private Outcome help(int columns, String arguments) {
        return new InvocationHarness(directory)
                .with("COLUMNS", String.valueOf(columns))
                .run(arguments.split(" "));
    }

    private List<String> commands() {
        List<String> commands = new ArrayList<>();
        String list = help(200, "--help").out();
        list.lines()
                .dropWhile(line -> !line.equals("Commands:"))
                .skip(1)
                .takeWhile(line -> !line.isBlank())
                .filter(line -> line.matches("  [a-z].*"))
                .forEach(line -> commands.add(line.strip().split(" ")[0]));
        return commands;
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 100, 137, 200})
    void noLineIsWiderThanTheTerminal(int columns) {
        List<String> commands = commands();
        assertThat(commands).contains("demo", "benchmark", "help", "version", "group");

        for (String command : commands) {
            for (String form : List.of(command + " --help", command + " --help all")) {
                Outcome outcome = help(columns, form);

                assertThat(outcome.exitCode()).as(form).isZero();
                assertThat(outcome.err()).as(form).isEmpty();
                assertThat(outcome.out().lines()).as(form).allMatch(line -> line.length() <= columns);
            }
        }
    }

    @Test
    void aCommandWithManyOptionsHasAShortHelpWithHeadings() {
        String brief = help(100, "benchmark --help").out();
        String complete = help(100, "benchmark --help all").out();
        String byCommand = help(100, "help benchmark all").out();

        assertThat(brief)
                .contains("\nAI server:\n", "\nLoad:\n", "\nClient processes:\n", "\nResult:\n", "--request-rate RATE")
                .contains(" more options: aifactory benchmark --help all")
                .doesNotContain("--ramp-up-strategy", "--max-concurrency");
        assertThat(complete)
                .contains("\nClient Service:\n", "--ramp-up-strategy", "--max-concurrency", "--[no-]streaming")
                .doesNotContain("more options");
        assertThat(byCommand).isEqualTo(complete);
        assertThat(brief.lines().count()).isLessThan(60);
    }

    @Test
    void commandsOfAFamilyAreListedAsCommands() {
        List<String> families = new ArrayList<>();
        for (String command : commands()) {
            String text = help(100, command + " --help").out();

            assertThat(text).as(command).doesNotContainPattern("(?i)\\bverbs?\\b");
            if (text.contains("Commands:\n")) {
                families.add(command);
            }
        }
        assertThat(families).contains("group", "config", "image", "runs", "dataset");
        assertThat(help(100, "--help").out())
                .contains("\nCommands:\n", "Usage: aifactory ")
                .doesNotContainPattern("(?i)\\bverbs?\\b");
    }

    @Test
    void loadOptionsHaveAHeading() {
        String own = help(200, "demo --help all")
                .out()
                .lines()
                .dropWhile(line -> !line.equals("Options:"))
                .skip(1)
                .takeWhile(line -> !line.isBlank())
                .reduce("", (one, other) -> one + "\n" + other);

        assertThat(own.lines().filter(line -> line.matches("  +-.*")))
                .as("a new load option belongs into OptionHeading")
                .hasSize(4);
    }

    @Test
    void everyOptionOfTheShortHelpIsInTheCompleteOne() {
        for (String command : commands()) {
            List<String> complete = names(help(200, command + " --help all").out());

            assertThat(complete)
                    .as(command)
                    .containsAll(names(help(200, command + " --help").out()));
        }
    }

    private static List<String> names(String help) {
        return help.lines()
                .filter(line -> line.matches("  +-.*"))
                .map(line -> line.strip().split("  ")[0])
                .map(names -> names.replaceFirst("^-.,? ?", "").split("[ ,=\\[]")[0])
                .toList();
    }

    @Test
    void defaultsAreInBrackets() {
        String help = help(200, "benchmark --help").out().replaceAll("\\s+", " ");

        assertThat(help(200, "benchmark --help all").out()).doesNotContain("default: ");
        assertThat(help)
                .containsPattern("--endpoint KIND [^\\[]*\\[chat\\]")
                .containsPattern("--isl TOKENS[^\\[]*\\[256\\]")
                .containsPattern("--max-failed N[^\\[]*\\[0\\]")
                .doesNotContain("default: ");
    }

    @Test
    void helpAndVersionAreOptionsAndCommands() {
        assertThat(help(80, "help").out()).isEqualTo(help(80, "--help").out());
        assertThat(help(80, "help group create").out())
                .isEqualTo(help(80, "group create --help").out());
        assertThat(help(80, "--version").out()).isEqualTo(help(80, "version").out());
        assertThat(help(80, "-V").out()).startsWith("aifactory ");
        Outcome unknown = help(80, "help bencmark");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("unknown command 'bencmark': did you mean benchmark?");
    }
}
