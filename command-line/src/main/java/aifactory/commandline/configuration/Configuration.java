package aifactory.commandline.configuration;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.session.Session;
import aifactory.workload.DurationText;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The configuration short of the command line: the environment before the configuration file before the defaults.
 *
 * <p>The file is {@code $AIFACTORY_CONFIG}, else {@code $XDG_CONFIG_HOME/aifactory/config.yaml} if there is one. It is
 * read when a value is first asked for, so that {@code --help} works with any file.
 */
public final class Configuration {
    /** Names another configuration file. */
    public static final String FILE_VARIABLE = "AIFACTORY_CONFIG";

    private final Session session;
    private @Nullable ConfigurationFile file;

    private Configuration(Session session) {
        this.session = session;
    }

    public static Configuration of(Session session) {
        return new Configuration(session);
    }

    /** Takes that file instead of the one that would be found. Before the first value is asked for. */
    public void useFile(Path path) {
        file = ConfigurationFile.read(path);
    }

    /** Every key with its value and source. */
    public List<Setting> settings() {
        return Arrays.stream(ConfigurationKey.values()).map(this::setting).toList();
    }

    /** The key's value and source. */
    public Setting setting(ConfigurationKey key) {
        for (String name : key.environmentNames()) {
            String value = session.environment().get(name);
            if (value != null && !value.isBlank()) {
                return new Setting(key, value, "environment " + name, true);
            }
        }
        String host = session.environment().get("AI_SERVER_HOST");
        if (key == ConfigurationKey.AI_SERVER && host != null && !host.isBlank()) {
            String port = session.environment().getOrDefault("AI_SERVER_PORT", "8000");
            return new Setting(key, "http://" + host + ":" + port, "environment AI_SERVER_HOST, AI_SERVER_PORT", true);
        }
        String inFile = file().values().get(key);
        if (inFile != null) {
            return new Setting(key, inFile, "file " + file().path(), true);
        }
        return new Setting(key, key.defaultValue(), key.defaultValue() == null ? "unset" : "default", false);
    }

    /**
     * The value of a key that is a time.
     *
     * @throws CommandFailure names the key, the value and what was expected
     */
    public Duration duration(ConfigurationKey key, Duration least, Duration most) {
        Setting setting = setting(key);
        try {
            String text = String.valueOf(setting.value()).strip();
            // HTTP_TIMEOUT=30, as the earlier system took it.
            Duration value = DurationText.parse(text.matches("\\d+") ? text + "s" : text);
            if (value.compareTo(least) >= 0 && value.compareTo(most) <= 0) {
                return value;
            }
        } catch (IllegalArgumentException e) {
            // Reported below with what was expected.
        }
        throw invalid(setting, "a time from " + DurationText.format(least) + " to " + DurationText.format(most));
    }

    /**
     * The value of a key that is a whole number.
     *
     * @throws CommandFailure names the key, the value and what was expected
     */
    public int number(ConfigurationKey key, int least, int most) {
        Setting setting = setting(key);
        try {
            int value = Integer.parseInt(String.valueOf(setting.value()).strip());
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Reported below with what was expected.
        }
        throw invalid(setting, "a whole number from " + least + " to " + most);
    }

    private static CommandFailure invalid(Setting setting, String expected) {
        return CommandFailure.wrongInput("invalid value for " + setting.key().fileName() + " (" + setting.source()
                + "): '" + setting.value() + "' (expected " + expected + ")");
    }

    /** The key's value, if the environment or the file gives one. */
    public Optional<String> given(ConfigurationKey key) {
        Setting setting = setting(key);
        return setting.isGiven() ? Optional.ofNullable(setting.value()) : Optional.empty();
    }

    /** The value of {@code AIFACTORY_NAME} for an option that is not a configuration key, such as one of the load's. */
    public Optional<String> environmentOf(String optionName) {
        return Optional.ofNullable(session.environment().get(environmentName(optionName)))
                .filter(value -> !value.isBlank());
    }

    /** {@code AIFACTORY_REQUEST_RATE} for {@code --request-rate}. */
    public static String environmentName(String optionName) {
        return "AIFACTORY_"
                + optionName.replaceFirst("^-+", "").replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** What the site has decided about Slurm jobs. */
    public SlurmConfiguration slurm() {
        ConfigurationFile known = file();
        return SlurmConfiguration.of(
                known.path(),
                known.profiles(),
                known.slurm(),
                session.environment().get("APPTAINER_BIND"));
    }

    /**
     * The URL that the configuration file allows to be called under that name.
     *
     * @throws CommandFailure with exit code 2 where it allows none; the URL, which may have a key, is not in the
     * message
     */
    public URI webhook(String name) {
        JsonNode webhooks = file().webhooks();
        JsonNode url = webhooks.path(name);
        if (!url.isString()) {
            throw CommandFailure.wrongInput(
                    "webhook '" + name + "' is not in " + file().path() + ": allow it there with"
                            + " 'webhooks: {" + name + ": https://HOST/PATH}'"
                            + (webhooks.isEmpty() ? "" : "; known are " + String.join(", ", webhooks.propertyNames())));
        }
        try {
            URI address = new URI(url.asString());
            if (address.getHost() != null && List.of("http", "https").contains(address.getScheme())) {
                return address;
            }
        } catch (URISyntaxException e) {
            // Reported below without the URL.
        }
        throw CommandFailure.wrongInput(
                "webhooks." + name + " in " + file().path() + " is not a URL (expected https://HOST/PATH)");
    }

    private ConfigurationFile file() {
        ConfigurationFile known = file;
        if (known == null) {
            known = findFile();
            file = known;
        }
        return known;
    }

    private ConfigurationFile findFile() {
        String named = session.environment().get(FILE_VARIABLE);
        if (named != null && !named.isBlank()) {
            return ConfigurationFile.read(session.resolve(named));
        }
        String configurationHome = session.environment().get("XDG_CONFIG_HOME");
        Path home = configurationHome == null || configurationHome.isBlank()
                ? session.homeDirectory().resolve(".config")
                : Path.of(configurationHome);
        Path usual = home.resolve("aifactory").resolve("config.yaml");
        return Files.exists(usual) ? ConfigurationFile.read(usual) : ConfigurationFile.empty(usual);
    }
}
