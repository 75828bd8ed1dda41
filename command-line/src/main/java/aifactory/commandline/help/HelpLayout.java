package aifactory.commandline.help;

import aifactory.reporting.TerminalText;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Prints the arguments and options of a command: below headings, in the width of the terminal, with the default in
 * brackets. A command with many options prints only the common ones unless all are requested. Used by one thread.
 */
public final class HelpLayout {
    /** The parser's own sections cannot be narrower. */
    private static final int NARROWEST_COLUMNS = 55;

    private static final int WIDEST_COLUMNS = 200;
    /** A command with more options has a short help. */
    private static final int MANY_OPTIONS = 20;

    private static final int WIDEST_NAMES = 34;
    private static final String INDENT = "  ";
    private static final String NO_SHORT_NAME = "    ";

    private final int columns;
    private final boolean all;
    private final DescribedDefault defaults = new DescribedDefault();

    private HelpLayout(int columns, boolean all) {
        this.columns = columns;
        this.all = all;
    }

    /**
     * Lets the program and all its commands print their help in this layout.
     *
     * @param columns of the terminal
     * @param all whether to print every option
     */
    public static void apply(CommandLine program, int columns, boolean all) {
        int width = Math.clamp(columns, NARROWEST_COLUMNS, WIDEST_COLUMNS);
        new HelpLayout(width, all).applyTo(program);
    }

    private void applyTo(CommandLine command) {
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        usage.width(columns);
        usage.autoWidth(false);
        Map<String, CommandLine.IHelpSectionRenderer> sections = usage.sectionMap();
        sections.put(UsageMessageSpec.SECTION_KEY_PARAMETER_LIST_HEADING, help -> "");
        sections.put(UsageMessageSpec.SECTION_KEY_PARAMETER_LIST, help -> arguments(help.commandSpec()));
        sections.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST_HEADING, help -> "");
        sections.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, help -> options(help.commandSpec()));
        command.getSubcommands().values().forEach(this::applyTo);
    }

    private String arguments(CommandSpec command) {
        List<Row> rows = new ArrayList<>();
        for (PositionalParamSpec argument : command.positionalParameters()) {
            if (!argument.hidden() && !argument.paramLabel().isEmpty()) {
                rows.add(new Row(NO_SHORT_NAME + argument.paramLabel(), defaults.of(argument)));
            }
        }
        return rows.isEmpty() ? "" : section("Arguments", rows);
    }

    private String options(CommandSpec command) {
        List<OptionSpec> shown =
                command.options().stream().filter(option -> !option.hidden()).toList();
        boolean isShort = !all && shown.size() > MANY_OPTIONS;
        Map<OptionHeading, List<Row>> rows = new EnumMap<>(OptionHeading.class);
        int left = 0;
        for (OptionSpec option : shown) {
            if (isShort && !OptionHeading.isCommon(option)) {
                left++;
                continue;
            }
            rows.computeIfAbsent(OptionHeading.of(option), _ -> new ArrayList<>())
                    .add(new Row(names(option, isShort), defaults.of(option)));
        }
        StringBuilder text = new StringBuilder();
        rows.forEach((heading, ofHeading) -> text.append(section(heading.title(), ofHeading)));
        if (left > 0) {
            String more = left + " more options: " + command.qualifiedName(" ") + " --help all";
            text.append(System.lineSeparator()).append(more).append(System.lineSeparator());
        }
        return text.toString();
    }

    private record Row(String names, String description) {}

    private String section(String title, List<Row> rows) {
        StringBuilder text = new StringBuilder(System.lineSeparator() + title + ":" + System.lineSeparator());
        int widest = rows.stream()
                .mapToInt(row -> row.names().length())
                .filter(length -> length <= WIDEST_NAMES)
                .max()
                .orElse(0);
        // Descriptions keep three fifths of a narrow terminal.
        int indent =
                Math.min(INDENT.length() + Math.max(widest, INDENT.length() * 5) + INDENT.length(), columns * 2 / 5);
        for (Row row : rows) {
            List<String> lines = TerminalText.wrap(row.description(), columns - indent, 0);
            boolean fits = INDENT.length() + row.names().length() + INDENT.length() <= indent;
            if (!fits) {
                namesOverLines(row.names()).forEach(line -> text.append(line).append(System.lineSeparator()));
            }
            for (int i = 0; i < lines.size(); i++) {
                String names = i == 0 && fits ? INDENT + row.names() : "";
                text.append((names + " ".repeat(indent - names.length()) + lines.get(i)).stripTrailing())
                        .append(System.lineSeparator());
            }
        }
        return text.toString();
    }

    private List<String> namesOverLines(String names) {
        String indent = INDENT + (names.startsWith(" ") ? NO_SHORT_NAME : "");
        return TerminalText.wrap(names.strip(), columns - indent.length(), INDENT.length()).stream()
                .map(line -> indent + line)
                .toList();
    }

    /** {@code -f, --file FILE}; the aliases of an option only where all are shown. */
    private static String names(OptionSpec option, boolean isShort) {
        List<String> names = new ArrayList<>();
        String shortName = "";
        for (String name : option.names()) {
            if (!name.startsWith("--")) {
                shortName = name + ", ";
            } else if (names.isEmpty() || !isShort) {
                names.add(option.negatable() ? name.replaceFirst("^--", "--[no-]") : name);
            }
        }
        String label = option.arity().max() == 0 ? "" : label(option);
        return (shortName.isEmpty() ? NO_SHORT_NAME : shortName) + String.join(", ", names) + label;
    }

    private static String label(ArgSpec option) {
        return option.arity().min() == 0 ? "[=" + option.paramLabel() + "]" : " " + option.paramLabel();
    }
}
