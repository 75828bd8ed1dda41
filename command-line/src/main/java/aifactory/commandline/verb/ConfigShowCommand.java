package aifactory.commandline.verb;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.configuration.ConfigurationFileOption;
import aifactory.commandline.configuration.Setting;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.session.Session;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code aifactory config show}. */
@Command(
        name = "show",
        description = {
            "Print every configuration key, its value and its source.",
            "An option on the command line overrides all of these. Options that are not configuration keys,",
            "such as those of the load, are taken from the environment in the same way: AIFACTORY_REQUEST_RATE."
        })
public final class ConfigShowCommand extends Verb implements Callable<Integer> {
    @Mixin
    private OutputFormat format = new OutputFormat();

    @Mixin
    @SuppressWarnings("NullAway.Init") // made by picocli
    ConfigurationFileOption configurationFile;

    private final Session session;
    private final Configuration configuration;

    public ConfigShowCommand(Session session, Configuration configuration) {
        this.session = session;
        this.configuration = configuration;
    }

    @Override
    public Integer call() {
        List<Shown> shown = configuration.settings().stream().map(Shown::of).toList();
        if (format.isJson()) {
            OutputFormat.printJson(session, shown);
            return 0;
        }
        TextTable table = new TextTable("KEY", "VALUE", "SOURCE", "MEANING");
        shown.forEach(
                one -> table.row(one.key(), one.value() == null ? "-" : one.value(), one.source(), one.meaning()));
        session.out().print(table);
        return 0;
    }

    private record Shown(String key, @Nullable String value, String source, List<String> environment, String meaning) {
        static Shown of(Setting setting) {
            return new Shown(
                    setting.key().fileName(),
                    setting.value(),
                    setting.source(),
                    setting.key().environmentNames(),
                    setting.key().description());
        }
    }
}
