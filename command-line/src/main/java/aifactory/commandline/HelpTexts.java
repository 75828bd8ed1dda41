package aifactory.commandline;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Makes the descriptions of commands fit the list of commands, which shows the first line of each: that must be the
 * first sentence, not the first line of the source.
 */
final class HelpTexts {
    private HelpTexts() {}

    static void arrange(CommandLine program) {
        program.getSubcommands().values().forEach(verb -> {
            UsageMessageSpec usage = verb.getCommandSpec().usageMessage();
            usage.description(sentences(List.of(usage.description())).toArray(String[]::new));
            arrange(verb);
        });
    }

    /** The first sentence, then the rest; lines that begin with a space stay as they are. */
    static List<String> sentences(List<String> lines) {
        List<String> paragraphs = new ArrayList<>();
        boolean open = false;
        for (String line : lines) {
            boolean flows = !line.isBlank() && !line.startsWith(" ");
            if (flows && open) {
                paragraphs.add(paragraphs.removeLast() + " " + line);
            } else {
                paragraphs.add(line);
            }
            open = flows;
        }
        if (!paragraphs.isEmpty()) {
            String first = paragraphs.removeFirst();
            int end = first.indexOf(". ");
            if (end >= 0) {
                paragraphs.addFirst(first.substring(end + 2));
            }
            paragraphs.addFirst(end < 0 ? first : first.substring(0, end + 1));
        }
        return paragraphs;
    }
}
