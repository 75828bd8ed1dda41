package aifactory.commandline.verb;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.history.History;
import aifactory.commandline.history.HistoryEntry;
import aifactory.commandline.output.FileCopies;
import aifactory.commandline.session.Session;
import aifactory.reporting.files.RunFiles;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aifactory runs delete}. */
@Command(name = "delete", description = "Remove runs from the history. Their files stay unless --files is given.")
public final class RunsDeleteCommand extends RunsVerb {
    @Parameters(paramLabel = "RUN", arity = "1..*", description = "names or ids of runs of the history")
    private List<String> runs = new ArrayList<>();

    @Option(names = "--files", description = "also delete the files of the runs; other files in their directories stay")
    private boolean files;

    public RunsDeleteCommand(Session session, Configuration configuration) {
        super(session, configuration);
    }

    @Override
    public Integer call() {
        History.Contents contents = history().read();
        List<HistoryEntry> entries =
                runs.stream().map(run -> require(contents, run)).distinct().toList();
        if (files) {
            entries.forEach(this::deleteFiles);
        }
        history().delete(entries.stream().map(HistoryEntry::runId).toList());
        entries.forEach(entry -> session.out()
                .println("run " + entry.runId() + " is removed from the history"
                        + (files ? " with its files" : "; its files are in " + entry.directory())));
        return 0;
    }

    /** Only files of that very run: the directory may have another run by now. */
    private void deleteFiles(HistoryEntry entry) {
        Path directory = session.resolve(entry.directory());
        if (!Files.exists(directory.resolve(RunFiles.SUMMARY))) {
            return;
        }
        try {
            String found =
                    RunFiles.readSummary(directory.resolve(RunFiles.SUMMARY)).runId();
            if (!found.equals(entry.runId())) {
                throw CommandFailure.wrongInput("the files in " + directory + " are those of run " + found + ", not of "
                        + entry.runId() + ": nothing is deleted; without --files only the history changes");
            }
            for (String name : FileCopies.ALL) {
                Files.deleteIfExists(directory.resolve(name));
            }
            Files.deleteIfExists(directory.resolve(RunFiles.SERIES));
            Files.deleteIfExists(directory.resolve(RunFiles.RECORDS_PLAIN));
            try (DirectoryStream<Path> logs = Files.newDirectoryStream(directory, "server-*.log")) {
                for (Path log : logs) {
                    Files.delete(log);
                }
            }
            Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException e) {
            session.note("aifactory: " + directory + " has other files and stays");
        } catch (IOException e) {
            throw CommandFailure.wrongInput(
                    "the files of run " + entry.runId() + " cannot be deleted: " + e.getMessage());
        }
    }
}
