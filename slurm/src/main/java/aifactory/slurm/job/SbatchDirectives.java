package aifactory.slurm.job;

import aifactory.slurm.JobOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads the {@code #SBATCH} lines of a script as {@code sbatch} does: up to the first line that is neither empty nor a
 * comment; words end at white space, quotes group, a backslash takes the next character as it is, an unquoted {@code #}
 * ends the line.
 */
public final class SbatchDirectives {
    private static final String MARK = "#SBATCH";
    /**
     * Lines that begin the options of the next component of a heterogeneous job; the second is the name before 20.02.
     */
    private static final List<String> NEXT_COMPONENT = List.of("hetjob", "packjob");

    private static final Map<String, String> SHORT_NAMES = Map.ofEntries(
            Map.entry("A", "account"),
            Map.entry("c", "cpus-per-task"),
            Map.entry("C", "constraint"),
            Map.entry("D", "chdir"),
            Map.entry("d", "dependency"),
            Map.entry("e", "error"),
            Map.entry("G", "gpus"),
            Map.entry("J", "job-name"),
            Map.entry("k", "no-kill"),
            Map.entry("L", "licenses"),
            Map.entry("n", "ntasks"),
            Map.entry("N", "nodes"),
            Map.entry("o", "output"),
            Map.entry("p", "partition"),
            Map.entry("q", "qos"),
            Map.entry("t", "time"),
            Map.entry("w", "nodelist"),
            Map.entry("x", "exclude"));

    private SbatchDirectives() {}

    /**
     * @return the options in their order, with long names
     * @throws InvalidJobException names the line that cannot be read
     */
    public static List<JobOptions.Option> parse(String script) throws InvalidJobException {
        return components(script).getFirst();
    }

    /**
     * The options of each component; a script without {@code #SBATCH hetjob} has one component.
     *
     * @throws InvalidJobException names the line that cannot be read
     */
    public static List<List<JobOptions.Option>> components(String script) throws InvalidJobException {
        List<List<JobOptions.Option>> components = new ArrayList<>();
        components.add(new ArrayList<>());
        for (String line : script.lines().toList()) {
            if (line.startsWith(MARK)) {
                List<String> words = words(line.substring(MARK.length()));
                if (words.size() == 1 && NEXT_COMPONENT.contains(words.getFirst())) {
                    components.add(new ArrayList<>());
                } else {
                    read(words, line, components.getLast());
                }
            } else if (!line.isBlank() && !line.startsWith("#")) {
                break;
            }
        }
        return components;
    }

    private static void read(List<String> words, String line, List<JobOptions.Option> options)
            throws InvalidJobException {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            boolean valueFollows = i + 1 < words.size() && !words.get(i + 1).startsWith("-");
            if (word.startsWith("--")) {
                int equals = word.indexOf('=');
                if (equals >= 0) {
                    options.add(new JobOptions.Option(word.substring(2, equals), word.substring(equals + 1)));
                } else {
                    options.add(new JobOptions.Option(word.substring(2), valueFollows ? words.get(++i) : null));
                }
            } else if (word.length() >= 2 && word.charAt(0) == '-') {
                String name = SHORT_NAMES.get(word.substring(1, 2));
                if (name == null) {
                    throw new InvalidJobException(
                            "template",
                            "the line '" + line + "' uses the short option " + word + "; write its long name");
                }
                String attached = word.substring(2);
                options.add(new JobOptions.Option(
                        name, !attached.isEmpty() ? attached : valueFollows ? words.get(++i) : null));
            } else {
                throw new InvalidJobException(
                        "template", "the line '" + line + "' has '" + word + "' where an option belongs");
            }
        }
    }

    /** One line's words, as {@code get_argument} of sbatch cuts them. */
    static List<String> words(String line) throws InvalidJobException {
        List<String> words = new ArrayList<>();
        int i = 0;
        while (i < line.length()) {
            while (i < line.length() && Character.isWhitespace(line.charAt(i))) {
                i++;
            }
            if (i >= line.length() || line.charAt(i) == '#') {
                break;
            }
            StringBuilder word = new StringBuilder();
            char quote = 0;
            boolean escaped = false;
            for (; i < line.length() && (quote != 0 || !Character.isWhitespace(line.charAt(i))); i++) {
                char c = line.charAt(i);
                if (escaped) {
                    escaped = false;
                } else if (c == '\\') {
                    escaped = true;
                    continue;
                } else if (quote != 0) {
                    if (c == quote) {
                        quote = 0;
                        continue;
                    }
                } else if (c == '"' || c == '\'') {
                    quote = c;
                    continue;
                } else if (c == '#') {
                    words.add(word.toString());
                    return words;
                }
                word.append(c);
            }
            if (quote != 0) {
                throw new InvalidJobException(
                        "template", "the line '" + MARK + line + "' has a quote that is not closed");
            }
            words.add(word.toString());
        }
        return words;
    }
}
