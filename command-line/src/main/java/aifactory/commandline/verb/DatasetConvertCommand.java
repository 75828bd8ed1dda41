package aifactory.commandline.verb;

import aifactory.commandline.dataset.DatasetOptions;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.session.Session;
import aifactory.workload.dataset.DatasetContents;
import aifactory.workload.dataset.DatasetConversion;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import java.util.zip.GZIPOutputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code aifactory dataset convert}. */
@Command(
        name = "convert",
        description = {
            "Convert a dataset to the program's format: JSON Lines, a session per line.",
            "Broken entries are left out. A file name that ends in .gz is compressed."
        })
public final class DatasetConvertCommand extends Verb implements Callable<Integer> {
    @Mixin
    private DatasetOptions dataset = new DatasetOptions();

    @Option(names = "--output", paramLabel = "FILE", required = true, description = "new file; '-' for standard output")
    private String output = "";

    private final Session session;

    public DatasetConvertCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (DatasetContents contents = dataset.open(session)) {
            if (output.equals("-")) {
                DatasetConversion.write(contents, session.out());
                session.out().flush();
                return 0;
            }
            Path file = session.resolve(output);
            int sessions = write(contents, file);
            session.note(sessions + " sessions written to " + file);
            return 0;
        } catch (IOException e) {
            throw CommandFailure.wrongInput("cannot write " + output + ": " + e.getMessage());
        }
    }

    private static int write(DatasetContents contents, Path file) throws IOException {
        try (OutputStream plain = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW);
                OutputStream out = new BufferedOutputStream(
                        file.toString().endsWith(".gz") ? new GZIPOutputStream(plain) : plain, 1 << 16)) {
            return DatasetConversion.write(contents, out);
        } catch (FileAlreadyExistsException e) {
            throw CommandFailure.wrongInput(file + " exists: give another file with --output");
        }
    }
}
