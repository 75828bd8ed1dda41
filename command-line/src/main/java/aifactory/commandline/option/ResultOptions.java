package aifactory.commandline.option;

import aifactory.commandline.history.RunLabel;
import aifactory.commandline.session.Session;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What becomes of a run's result. */
public final class ResultOptions {
    @Option(names = "--output", paramLabel = "DIR", description = "directory for the files of the run")
    private @Nullable String output;

    @Option(
            names = "--max-failed",
            paramLabel = "N",
            converter = CountConverter.RequestsOrNone.class,
            description = "maximum number of failed requests; more give exit code 1; default: 0")
    private long maxFailed;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "name of the run in the history; runs of a series share one")
    private @Nullable String name;

    @Option(names = "--tag", paramLabel = "KEY=VALUE", description = "tag of the run in the history; repeatable")
    private List<String> tags = new ArrayList<>();

    @Option(names = "--note", paramLabel = "TEXT", description = "note on the run in the history")
    private @Nullable String note;

    /** What the run is called in the history. */
    public RunLabel label() {
        return RunLabel.of(name, tags, note);
    }

    /** Absolute; null when it is not given. */
    public @Nullable Path output(Session session) {
        return output == null ? null : session.resolve(output);
    }

    public long maxFailed() {
        return maxFailed;
    }
}
