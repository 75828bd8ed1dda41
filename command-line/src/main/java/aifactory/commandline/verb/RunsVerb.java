package aifactory.commandline.verb;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.NearestName;
import aifactory.commandline.history.History;
import aifactory.commandline.history.HistoryEntry;
import aifactory.commandline.session.Session;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/** A command about runs of the history. */
abstract class RunsVerb extends Verb implements Callable<Integer> {
    final Session session;
    final Configuration configuration;

    RunsVerb(Session session, Configuration configuration) {
        this.session = session;
        this.configuration = configuration;
    }

    History history() {
        return History.of(session, configuration);
    }

    /** The run of that id, else the newest of that name. */
    HistoryEntry require(History.Contents contents, String idOrName) {
        return contents.find(idOrName).orElseThrow(() -> {
            TreeSet<String> known = new TreeSet<>();
            contents.entries().forEach(entry -> known.addAll(List.of(entry.title(), entry.runId())));
            return CommandFailure.wrongInput("no run '" + idOrName + "' in the history: "
                    + NearestName.of(idOrName, known)
                            .map(near -> "did you mean " + near + "?")
                            .orElse("'aifactory runs' lists them"));
        });
    }
}
