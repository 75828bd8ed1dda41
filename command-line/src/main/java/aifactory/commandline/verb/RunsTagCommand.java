package aifactory.commandline.verb;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.history.HistoryEntry;
import aifactory.commandline.history.RunLabel;
import aifactory.commandline.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aifactory runs tag}. */
@Command(name = "tag", description = "Set or remove tags of a run of the history.")
public final class RunsTagCommand extends RunsVerb {
    @Parameters(index = "0", paramLabel = "RUN", description = "name or id of a run of the history")
    private String run = "";

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "KEY=VALUE", description = "tags to set")
    private List<String> tags = new ArrayList<>();

    @Option(names = "--remove", paramLabel = "KEY", description = "tag to remove; repeatable")
    private List<String> removed = new ArrayList<>();

    public RunsTagCommand(Session session, Configuration configuration) {
        super(session, configuration);
    }

    @Override
    public Integer call() {
        HistoryEntry entry = require(history().read(), run);
        Map<String, String> changed = new TreeMap<>(entry.label().tags());
        removed.forEach(changed::remove);
        changed.putAll(RunLabel.parseTags(tags));
        history()
                .put(List.of(entry.withLabel(new RunLabel(
                        entry.label().name(), changed, entry.label().note()))));
        session.out()
                .println("run " + entry.runId() + " has "
                        + (changed.isEmpty()
                                ? "no tags"
                                : "the tags "
                                        + changed.entrySet().stream()
                                                .map(tag -> tag.getKey() + "=" + tag.getValue())
                                                .collect(Collectors.joining(", "))));
        return 0;
    }
}
