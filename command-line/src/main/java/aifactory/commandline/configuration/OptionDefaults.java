package aifactory.commandline.configuration;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * Gives options that are not on the command line the value of the environment or the configuration file. Returning null
 * leaves an option its own default.
 */
public final class OptionDefaults implements CommandLine.IDefaultValueProvider {
    /** Options that only make sense where they are typed. */
    private static final Set<String> TYPED_ONLY =
            Set.of("--help", "--version", "--file", "--config", "--for", "--follow");

    /** Keys of the Client Service only, although other commands listen on ports too. */
    private static final Set<ConfigurationKey> SERVICE_ADDRESS = Set.of(ConfigurationKey.HOST, ConfigurationKey.PORT);

    private final Configuration configuration;
    private final Set<String> typed;

    /** @param arguments the command line */
    public OptionDefaults(Configuration configuration, String... arguments) {
        this.configuration = configuration;
        this.typed = Set.copyOf(Arrays.asList(arguments));
    }

    @Override
    public @Nullable String defaultValue(CommandLine.Model.ArgSpec argument) {
        if (!(argument instanceof CommandLine.Model.OptionSpec option) || TYPED_ONLY.contains(option.longestName())) {
            return null;
        }
        if (option.typeInfo().isBoolean() && isTyped(option)) {
            // A flag that is typed is set to the opposite of its default, and a default of true would make it false.
            return null;
        }
        for (String name : option.names()) {
            var key = ConfigurationKey.ofOption(name);
            if (key.isPresent()) {
                return SERVICE_ADDRESS.contains(key.get()) && !verbOf(option).equals("serve")
                        ? null
                        : configuration.given(key.get()).orElse(null);
            }
        }
        return configuration.environmentOf(primaryName(option)).orElse(null);
    }

    private boolean isTyped(CommandLine.Model.OptionSpec option) {
        return Stream.concat(
                        Arrays.stream(option.names()),
                        Arrays.stream(option.names()).map(OptionDefaults::negated))
                .anyMatch(typed::contains);
    }

    private static String negated(String name) {
        return name.replaceFirst("^--", "--no-");
    }

    private static String verbOf(CommandLine.Model.OptionSpec option) {
        return option.command() == null ? "" : option.command().name();
    }

    /** The first long name: the rest are aliases. */
    private static String primaryName(CommandLine.Model.OptionSpec option) {
        for (String name : option.names()) {
            if (name.startsWith("--")) {
                return name;
            }
        }
        return option.longestName();
    }
}
