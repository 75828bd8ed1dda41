package aifactory.commandline.configuration;

import aifactory.commandline.session.Session;
import picocli.CommandLine.Option;

/** {@code --config}: names the configuration file. */
public final class ConfigurationFileOption {
    private final Session session;
    private final Configuration configuration;

    public ConfigurationFileOption(Session session, Configuration configuration) {
        this.session = session;
        this.configuration = configuration;
    }

    // A setter, because the file has to be known before the other options take their defaults from it.
    @Option(names = "--config", paramLabel = "FILE", description = "configuration file; default: $AIFACTORY_CONFIG")
    void useFile(String file) {
        configuration.useFile(session.resolve(file));
    }
}
