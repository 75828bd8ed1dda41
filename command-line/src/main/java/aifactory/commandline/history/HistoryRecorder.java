package aifactory.commandline.history;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.session.Session;
import aifactory.protocol.RunSummary;
import java.nio.file.Path;
import java.util.List;

/** Enters a run that has just ended into the history. Stateless. */
public final class HistoryRecorder {
    private HistoryRecorder() {}

    /** Enters the run; a history that cannot be written is reported and does not fail the run. */
    public static void record(
            Session session, Configuration configuration, RunSummary summary, Path directory, RunLabel label) {
        try {
            History.of(session, configuration)
                    .put(List.of(HistoryEntry.of(
                            summary, directory.toAbsolutePath().normalize().toString(), label)));
        } catch (CommandFailure failure) {
            session.note("aifactory: run " + summary.runId() + " is not in the history: " + failure.getMessage());
        }
    }
}
