package aifactory.commandline.verb;

import aifactory.commandline.composition.TemporaryDirectory;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.history.HistoryEntry;
import aifactory.commandline.history.RepeatedCommand;
import aifactory.commandline.session.Session;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code aifactory runs rerun}. */
@Command(
        name = "rerun",
        description = {
            "Run the benchmark of a run of the history again, with its seed, name and tags. Values of headers are"
                    + " not stored:",
            "give them again. The command is printed first."
        })
public final class RunsRerunCommand extends RunsVerb {
    @Parameters(index = "0", paramLabel = "RUN", description = "name or id of a run of the history")
    private String run = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "OPTION",
            description = "after '--': more options of 'aifactory benchmark', for instance -- --output DIR")
    private List<String> more = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec specification;

    public RunsRerunCommand(Session session, Configuration configuration) {
        super(session, configuration);
    }

    @Override
    public Integer call() {
        HistoryEntry entry = require(history().read(), run);
        String command = entry.command();
        if (command == null || command.isBlank()) {
            throw CommandFailure.wrongInput("run " + entry.title() + " has no command that repeats it");
        }
        try (TemporaryDirectory temporary = TemporaryDirectory.make(session)) {
            List<String> words = new ArrayList<>(RepeatedCommand.parse(command, temporary.path()));
            if (entry.label().name() != null && !more.contains("--name")) {
                words.addAll(List.of("--name", entry.label().name()));
            }
            entry.label().tags().forEach((key, value) -> words.addAll(List.of("--tag", key + "=" + value)));
            words.addAll(more);
            session.note("aifactory: " + String.join(" ", words));
            return specification.root().commandLine().execute(words.toArray(String[]::new));
        }
    }
}
