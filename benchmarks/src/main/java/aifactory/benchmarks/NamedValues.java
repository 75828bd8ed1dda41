package aifactory.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;

/** Arguments of the form {@code name=value}. */
final class NamedValues {
    private NamedValues() {}

    static Map<String, String> of(String[] arguments) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException("'" + argument + "': give arguments as name=value");
            }
            values.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
        return values;
    }
}
