package aifactory.commandline.option;

import aifactory.commandline.session.Session;
import java.nio.file.Path;
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
            description = "failed requests beyond which the exit code is 1; default: 0")
    private long maxFailed;

    /** Absolute; null when it is not given. */
    public @Nullable Path output(Session session) {
        return output == null ? null : session.resolve(output);
    }

    public long maxFailed() {
        return maxFailed;
    }
}
