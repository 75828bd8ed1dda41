package aifactory.workload.key;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command-line option that sets a key of a workload.
 *
 * @param key the key that it sets
 * @param isDirect whether the value of the option is the value of the key; the others are spellings of a key by other
 *     tools, or a text form of a list or mapping
 * @param names the first is the name, the others are aliases
 * @param label of the value in help texts; empty for a flag
 * @param type of the value
 * @param bounds of the value; null for none
 * @param choices allowed names of a {@link KeyType#CHOICE}
 * @param otherNames choices by their names in other tools
 * @param description what the option does, for help texts
 * @param isNegatable whether {@code --no-NAME} exists
 */
public record WorkloadOption(
        WorkloadKey<?> key,
        boolean isDirect,
        List<String> names,
        String label,
        KeyType type,
        @Nullable Bounds bounds,
        List<String> choices,
        Map<String, String> otherNames,
        String description,
        boolean isNegatable) {

    /** The name, for instance {@code --request-rate}. */
    public String name() {
        return names.getFirst();
    }

    /** The description with the choices and the default. */
    public String help() {
        StringBuilder help = new StringBuilder(description);
        if (!choices.isEmpty()) {
            help.append("; one of ").append(String.join(", ", choices));
        }
        Object usual = key.defaultJson();
        if (isDirect && usual != null && !usual.equals(false) && !description.contains("default")) {
            help.append("; default: ").append(usual);
        }
        return help.toString();
    }

    /** The expected value, for error messages: {@code a whole number from 1 to 1000}. */
    public String expected() {
        String noun = type == KeyType.INTEGER ? "a whole number" : "a number";
        if (key.unit().startsWith("a ")) {
            noun = key.unit();
        }
        return bounds == null ? noun : noun + " " + bounds.text();
    }

    WorkloadOption describedAs(String text) {
        return new WorkloadOption(key, isDirect, names, label, type, bounds, choices, otherNames, text, isNegatable);
    }

    WorkloadOption offering(List<String> offered, Map<String, String> other) {
        return new WorkloadOption(key, isDirect, names, label, type, bounds, offered, other, description, isNegatable);
    }

    WorkloadOption asNegatable() {
        return new WorkloadOption(key, isDirect, names, label, type, bounds, choices, otherNames, description, true);
    }

    WorkloadOption ofText() {
        return new WorkloadOption(
                key, isDirect, names, label, KeyType.TEXT, bounds, choices, otherNames, description, isNegatable);
    }
}
