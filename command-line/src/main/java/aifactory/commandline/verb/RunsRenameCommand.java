package aifactory.commandline.verb;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.history.HistoryEntry;
import aifactory.commandline.history.RunLabel;
import aifactory.commandline.session.Session;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code aifactory runs rename}. */
@Command(name = "rename", description = "Give a run of the history another name. Several runs may have the same name.")
public final class RunsRenameCommand extends RunsVerb {
    @Parameters(index = "0", paramLabel = "RUN", description = "name or id of a run of the history")
    private String run = "";

    @Parameters(index = "1", paramLabel = "NAME", description = "its new name")
    private String name = "";

    public RunsRenameCommand(Session session, Configuration configuration) {
        super(session, configuration);
    }

    @Override
    public Integer call() {
        HistoryEntry entry = require(history().read(), run);
        RunLabel label = entry.label();
        history().put(List.of(entry.withLabel(new RunLabel(RunLabel.requireName(name), label.tags(), label.note()))));
        session.out().println("run " + entry.runId() + " is named " + RunLabel.requireName(name));
        return 0;
    }
}
