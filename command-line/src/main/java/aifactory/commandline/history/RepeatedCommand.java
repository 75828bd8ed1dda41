package aifactory.commandline.history;

import aifactory.commandline.failure.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command that repeats a run, as its result has it, split into arguments. Nothing is handed to a shell, and nothing
 * but {@code aifactory benchmark} is accepted: results may come from elsewhere. Stateless.
 */
public final class RepeatedCommand {
    private static final String FILE_START = "cat > benchmark.yaml <<'END'\n";
    private static final String FILE_END = "\nEND\naifactory benchmark -f benchmark.yaml";
    private static final String REMOVED_HEADER = ": VALUE";

    private RepeatedCommand() {}

    /**
     * The arguments of the program.
     *
     * @param directory where the benchmark file is written, if the run needs one
     */
    public static List<String> parse(String command, Path directory) {
        if (command.startsWith(FILE_START) && command.endsWith(FILE_END)) {
            Path file = directory.resolve("benchmark.yaml");
            try {
                Files.writeString(file, command.substring(FILE_START.length(), command.length() - FILE_END.length()));
            } catch (IOException e) {
                throw CommandFailure.wrongInput("cannot write " + file + ": " + e.getMessage());
            }
            return List.of("benchmark", "-f", file.toString());
        }
        List<String> words = words(command);
        if (words.size() < 2
                || !words.get(0).equals("aifactory")
                || !words.get(1).equals("benchmark")) {
            throw CommandFailure.wrongInput(
                    "the command that repeats the run is not one of 'aifactory benchmark': " + command);
        }
        List<String> arguments = new ArrayList<>();
        for (int i = 1; i < words.size(); i++) {
            boolean isRemoved = words.get(i).equals("--header")
                    && i + 1 < words.size()
                    && words.get(i + 1).endsWith(REMOVED_HEADER);
            if (isRemoved) {
                i++;
            } else {
                arguments.add(words.get(i));
            }
        }
        return arguments;
    }

    /** Words of a shell, in single quotes where they have other characters than usual. */
    private static List<String> words(String command) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inQuotes = false;
        boolean inWord = false;
        for (int i = 0; i < command.length(); i++) {
            char c = command.charAt(i);
            if (c == '\'') {
                inQuotes = !inQuotes;
                inWord = true;
            } else if (c == '\\' && !inQuotes && i + 1 < command.length()) {
                word.append(command.charAt(++i));
                inWord = true;
            } else if (Character.isWhitespace(c) && !inQuotes) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                }
                inWord = false;
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }
}
