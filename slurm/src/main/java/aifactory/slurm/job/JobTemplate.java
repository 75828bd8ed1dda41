package aifactory.slurm.job;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A site's own batch script with places for what differs from job to job. A place is {@code {name}}, with exactly the
 * names of {@link #PLACEHOLDERS}; a shell's {@code ${name}} is left alone, and <code>{{name}}</code> stands for
 * {@code {name}}. Each value is written as its place demands, whether in an {@code #SBATCH} line, between double or
 * single quotes, or bare, so that no value can be taken for anything else.
 */
public final class JobTemplate {
    /** The names of the original template, no more and no less. */
    public static final Set<String> PLACEHOLDERS = Set.of(
            "benchmark_id",
            "log_dir",
            "num_clients",
            "time_limit",
            "partition",
            "qos_line",
            "account_line",
            "client_service_addr",
            "ai_server_addr",
            "launch_command");

    private static final Set<String> WHOLE_LINES = Set.of("qos_line", "account_line");
    private static final Pattern PLACE =
            Pattern.compile("\\{\\{([A-Za-z_][A-Za-z0-9_]*)}}|(?<!\\$)\\{([A-Za-z_][A-Za-z0-9_]*)}");
    private static final Pattern COMPONENT = Pattern.compile("(?m)^#SBATCH\\s+(hetjob|packjob)\\s*$");
    /** The launch command begins with {@code srun}, and one within another never starts. */
    private static final Pattern NESTED_STEP =
            Pattern.compile("(?m)^[^#\\n]*\\bsrun\\b[^\\n;&|]*(?<![$])\\{launch_command}");

    private static final int MAXIMUM_CHARACTERS = 256 * 1024;

    private final String name;
    private final String text;

    private JobTemplate(String name, String text) {
        this.name = name;
        this.text = text;
    }

    /**
     * @param name by which people know it
     * @throws InvalidJobException for an unknown placeholder, which it names, or a text that is no script
     */
    public static JobTemplate of(String name, String text) throws InvalidJobException {
        if (text.length() > MAXIMUM_CHARACTERS) {
            throw new InvalidJobException(
                    "template",
                    "template " + name + " has " + text.length() + " characters; at most " + MAXIMUM_CHARACTERS
                            + " are possible");
        }
        if (!text.startsWith("#!")) {
            throw new InvalidJobException(
                    "template",
                    "template " + name + " does not begin with #! and an interpreter, so sbatch would refuse it");
        }
        String unix = text.replace("\r\n", "\n");
        Matcher matcher = PLACE.matcher(unix);
        boolean launches = false;
        while (matcher.find()) {
            String place = matcher.group(2);
            if (place != null && !PLACEHOLDERS.contains(place)) {
                throw new InvalidJobException(
                        "template",
                        "template " + name + " has the unknown placeholder {" + place + "}; there are: "
                                + String.join(", ", new TreeSet<>(PLACEHOLDERS)) + "; for the text itself write {{"
                                + place + "}}");
            }
            launches |= "launch_command".equals(place);
        }
        if (!launches) {
            throw new InvalidJobException(
                    "template", "template " + name + " never uses {launch_command}, so it would start no client");
        }
        if (NESTED_STEP.matcher(unix.replace("\\\n", " ")).find()) {
            throw new InvalidJobException(
                    "template",
                    "template " + name + " has srun before {launch_command}, which begins with srun already: leave it"
                            + " out; options of srun belong into the profile's extra_directives");
        }
        if (COMPONENT.matcher(unix).find()) {
            throw new InvalidJobException(
                    "template",
                    "template " + name + " begins a second component (#SBATCH hetjob), in which no client would be"
                            + " started; leave it out, and name the profile of the servers' nodes in server.profile");
        }
        return new JobTemplate(name, unix);
    }

    public String name() {
        return name;
    }

    /**
     * The script with all places filled.
     *
     * @param values by placeholder; one that the template uses and that is absent is refused
     */
    String fill(Map<String, String> values) throws InvalidJobException {
        StringBuilder script = new StringBuilder();
        TemplateContext context = new TemplateContext();
        Matcher matcher = PLACE.matcher(text);
        int copied = 0;
        while (matcher.find()) {
            String before = text.substring(copied, matcher.start());
            script.append(before);
            context.read(before);
            copied = matcher.end();
            String literal = matcher.group(1);
            if (literal != null) {
                script.append('{').append(literal).append('}');
                context.read("{" + literal + "}");
                continue;
            }
            String place = matcher.group(2);
            String value = values.get(place);
            if (value == null) {
                throw new InvalidJobException(
                        place, "template " + name + " needs a value for {" + place + "} and the request has none");
            }
            script.append(written(place, value, context));
        }
        return script.append(text, copied, text.length()).toString();
    }

    private String written(String place, String value, TemplateContext context) throws InvalidJobException {
        if (WHOLE_LINES.contains(place)) {
            if (!context.atLineStart()) {
                throw new InvalidJobException(
                        "template",
                        "template " + name + " has {" + place + "} in the middle of a line; put it on a separate line");
            }
            return value;
        }
        if (place.equals("launch_command")) {
            if (context.place() != TemplateContext.Place.BARE) {
                throw new InvalidJobException(
                        "template",
                        "template " + name + " has {launch_command} inside quotes or a comment; use it as a command");
            }
            return value;
        }
        return switch (context.place()) {
            case BARE -> Quoting.shell(value);
            case DOUBLE_QUOTES -> Quoting.insideDoubleQuotes(value);
            case SINGLE_QUOTES -> Quoting.insideSingleQuotes(value);
            case DIRECTIVE -> Quoting.directive(value);
            case DIRECTIVE_QUOTES -> Quoting.insideDirectiveQuotes(value);
            case COMMENT -> value;
            case HERE_DOCUMENT -> plain(place, value);
        };
    }

    /** In a here-document no quoting holds for every kind of it, so only values that need none are let in. */
    private String plain(String place, String value) throws InvalidJobException {
        if (!Quoting.isPlain(value)) {
            throw new InvalidJobException(
                    place,
                    "template " + name + " has {" + place + "} in a here-document, where '" + value
                            + "' cannot be quoted; use the variable that the script exports");
        }
        return value;
    }
}
