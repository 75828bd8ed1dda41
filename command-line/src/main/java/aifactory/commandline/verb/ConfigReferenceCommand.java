package aifactory.commandline.verb;

import aifactory.commandline.reference.ConfigurationReference;
import aifactory.commandline.session.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code aifactory config reference}. */
@Command(
        name = "reference",
        description = {
            "Print the reference of exit codes, environment variables, files and load options, in Markdown.",
            "docs/configuration.md is its output."
        })
public final class ConfigReferenceCommand extends Verb implements Callable<Integer> {
    private final Session session;

    public ConfigReferenceCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.out().print(ConfigurationReference.markdown());
        return 0;
    }
}
