package aifactory.commandline.verb;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.history.HistoryEntry;
import aifactory.commandline.history.RunLabel;
import aifactory.commandline.session.Session;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code aifactory runs note}. */
@Command(name = "note", description = "Write a note to a run of the history; an empty text removes it.")
public final class RunsNoteCommand extends RunsVerb {
    @Parameters(index = "0", paramLabel = "RUN", description = "name or id of a run of the history")
    private String run = "";

    @Parameters(index = "1", paramLabel = "TEXT", description = "the note")
    private String note = "";

    public RunsNoteCommand(Session session, Configuration configuration) {
        super(session, configuration);
    }

    @Override
    public Integer call() {
        HistoryEntry entry = require(history().read(), run);
        String text = RunLabel.requireNote(note);
        history()
                .put(List.of(entry.withLabel(
                        new RunLabel(entry.label().name(), entry.label().tags(), text.isEmpty() ? null : text))));
        session.out().println("run " + entry.runId() + (text.isEmpty() ? " has no note" : " has the note"));
        return 0;
    }
}
