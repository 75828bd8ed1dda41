package aifactory.commandline.output;

import aifactory.commandline.failure.CommandFailure;
import aifactory.measurement.RequestRecord;
import aifactory.reporting.RequestRecordSource;
import aifactory.reporting.RunFilesException;
import aifactory.reporting.files.RunFiles;
import aifactory.reporting.records.RequestRecordWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Copies the files of a run. */
public final class FileCopies {
    /** The files of a run. */
    public static final List<String> ALL = List.of(
            RunFiles.SUMMARY,
            RunFiles.REPORT,
            RunFiles.RECORDS,
            RunFiles.VLLM,
            RunFiles.AIPERF_SUMMARY,
            RunFiles.AIPERF_RECORDS,
            RunFiles.CSV);

    private FileCopies() {}

    /** Copies all files of the run. Directories of earlier versions do not contain the series. */
    public static List<Path> all(Path source, Path target) {
        List<String> names = new ArrayList<>(ALL);
        if (Files.exists(source.resolve(RunFiles.SERIES))) {
            names.add(RunFiles.SERIES);
        }
        return of(source, target, names);
    }

    /** Copies the files of those names. */
    public static List<Path> of(Path source, Path target, List<String> names) {
        List<Path> written = new ArrayList<>();
        for (String name : names) {
            Path from = source.resolve(name);
            Path to = target.resolve(name);
            if (!Files.exists(from)) {
                throw CommandFailure.wrongInput(
                        "there is no " + name + " in " + source + ": is the directory complete?");
            }
            try {
                if (!Files.exists(to) || !Files.isSameFile(from, to)) {
                    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
                }
            } catch (IOException e) {
                throw cannotWrite(to, e);
            }
            written.add(to);
        }
        return written;
    }

    /** Writes the request records without compression. */
    public static List<Path> plainRecords(Path source, Path target) {
        Path to = target.resolve(RunFiles.RECORDS_PLAIN);
        try (RequestRecordSource.Pass records = RunFiles.read(source).records().open();
                RequestRecordWriter lines = RequestRecordWriter.plain(Files.newOutputStream(to))) {
            for (RequestRecord record = records.next(); record != null; record = records.next()) {
                lines.write(record);
            }
        } catch (RunFilesException e) {
            throw CommandFailure.wrongInput(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw cannotWrite(to, e);
        }
        return List.of(to);
    }

    private static CommandFailure cannotWrite(Path file, IOException e) {
        return CommandFailure.wrongInput("cannot write " + file + ": " + e.getMessage());
    }
}
