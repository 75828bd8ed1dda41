package aifactory.commandline.verb;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.history.History;
import aifactory.commandline.history.HistoryEntry;
import aifactory.commandline.history.RunLabel;
import aifactory.commandline.session.Session;
import aifactory.reporting.files.RunFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aifactory runs import}. */
@Command(
        name = "import",
        description = {
            "Add existing results to the history: every directory with a summary.json below the given ones. Runs"
                    + " that are",
            "in the history keep their names, tags and notes. Files of other programs and half-written ones are"
                    + " skipped."
        })
public final class RunsImportCommand extends RunsVerb {
    private static final int DEEPEST = 6;
    private static final int MOST_RUNS = 100_000;

    @Parameters(paramLabel = "DIR", arity = "1..*", description = "directories with results")
    private List<String> directories = new ArrayList<>();

    @Option(names = "--name", paramLabel = "NAME", description = "name of the runs")
    private @Nullable String name;

    @Option(names = "--tag", paramLabel = "KEY=VALUE", description = "tag of the runs; repeatable")
    private List<String> tags = new ArrayList<>();

    public RunsImportCommand(Session session, Configuration configuration) {
        super(session, configuration);
    }

    @Override
    public Integer call() {
        RunLabel label = RunLabel.of(name, tags, null);
        History.Contents known = history().read();
        List<HistoryEntry> found = new ArrayList<>();
        int skipped = 0;
        for (Path summary : summaries()) {
            try {
                Path directory = summary.getParent();
                HistoryEntry entry = HistoryEntry.of(RunFiles.readSummary(summary), String.valueOf(directory), label);
                boolean isLabelled = name != null || !tags.isEmpty();
                found.add(
                        isLabelled
                                ? entry
                                : known.find(entry.runId())
                                        .map(before -> entry.withLabel(before.label()))
                                        .orElse(entry));
            } catch (IOException | RuntimeException e) {
                skipped++;
                session.note("aifactory: skipped: " + e.getMessage());
            }
        }
        if (!found.isEmpty()) {
            history().put(found);
        }
        session.out().println(found.size() + " runs added" + (skipped == 0 ? "" : ", " + skipped + " files skipped"));
        return 0;
    }

    private List<Path> summaries() {
        List<Path> summaries = new ArrayList<>();
        for (String given : directories) {
            Path root = session.resolve(given);
            if (!Files.isDirectory(root)) {
                throw CommandFailure.wrongInput("there is no directory " + root + ": name one with results");
            }
            try {
                Files.walkFileTree(
                        root, EnumSet.noneOf(java.nio.file.FileVisitOption.class), DEEPEST, new Finder(summaries));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return summaries;
    }

    /** Collects summaries; what cannot be read is left out. */
    private static final class Finder extends SimpleFileVisitor<Path> {
        private final List<Path> summaries;

        Finder(List<Path> summaries) {
            this.summaries = summaries;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.getFileName().toString().equals(RunFiles.SUMMARY)) {
                summaries.add(file);
            }
            return summaries.size() < MOST_RUNS ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
        }
    }
}
