package aifactory.slurm.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A command line cut into options and the rest, as getopt_long does it. */
final class SimulatedArguments {
    private static final Map<String, String> LONG_NAMES = Map.of(
            "-h",
            "noheader",
            "-a",
            "all",
            "-t",
            "states",
            "-o",
            "format",
            "-j",
            "jobs",
            "-X",
            "allocations",
            "-n",
            "noheader",
            "-P",
            "parsable2",
            "-S",
            "starttime",
            "-s",
            "signal");
    private static final Set<String> SWITCHES = Set.of(
            "noheader",
            "all",
            "allocations",
            "parsable2",
            "me",
            "exact",
            "version",
            "parsable",
            "test-only",
            "no-kill",
            "no-requeue",
            "requeue",
            "exclusive");

    private final Map<String, String> options = new HashMap<>();
    private final List<String> operands = new ArrayList<>();

    SimulatedArguments(List<String> arguments) {
        for (int i = 1; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.startsWith("--")) {
                int equals = argument.indexOf('=');
                options.put(
                        argument.substring(2, equals < 0 ? argument.length() : equals),
                        equals < 0 ? "" : argument.substring(equals + 1));
            } else if (argument.startsWith("-") && argument.length() == 2) {
                String name = LONG_NAMES.getOrDefault(argument, argument);
                options.put(name, SWITCHES.contains(name) ? "" : arguments.get(++i));
            } else {
                operands.add(argument);
            }
        }
    }

    boolean has(String name) {
        return options.containsKey(name);
    }

    @Nullable
    String get(String name) {
        return options.get(name);
    }

    String get(String name, String otherwise) {
        return options.getOrDefault(name, otherwise);
    }

    Map<String, String> options() {
        return options;
    }

    List<String> operands() {
        return operands;
    }
}
