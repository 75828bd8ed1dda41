package aifactory.reporting.files;

import aifactory.reporting.RunFilesException;
import aifactory.reporting.records.FileProblem;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Files that appear in a directory all at once: written under temporary names, given their own by {@link #publish()},
 * taken away by {@link #close()} when it did not come to that.
 *
 * <p>Not thread-safe. Two writers into one directory at once is an error of the caller; the later one wins.
 */
final class StagedFiles implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path directory;
    private final boolean madeDirectory;
    private final List<String> names = new ArrayList<>();
    private boolean published;

    private StagedFiles(Path directory, boolean madeDirectory) {
        this.directory = directory;
        this.madeDirectory = madeDirectory;
    }

    /**
     * Makes the directory where it is missing.
     *
     * @throws RunFilesException when it cannot be made or written
     */
    static StagedFiles in(Path directory) throws RunFilesException {
        boolean missing = !Files.exists(directory);
        try {
            Files.createDirectories(directory);
        } catch (FileAlreadyExistsException e) {
            throw new RunFilesException(
                    "cannot write the run's files to " + directory + ": " + e.getFile()
                            + " is a file, not a directory; give another directory",
                    e);
        } catch (IOException e) {
            throw new RunFilesException(
                    "cannot make the directory " + directory + ": " + FileProblem.of(e) + "; give another one", e);
        }
        if (!Files.isWritable(directory)) {
            throw new RunFilesException("cannot write the run's files to " + directory
                    + ": permission denied; give a directory that can be written");
        }
        return new StagedFiles(directory, missing);
    }

    Path directory() {
        return directory;
    }

    /** A stream into the file of that name, which the caller closes before {@link #publish()}. */
    OutputStream open(String name) throws IOException {
        names.add(name);
        return new BufferedOutputStream(Files.newOutputStream(temporary(name)), BUFFER_BYTES);
    }

    private Path temporary(String name) {
        return directory.resolve("." + name + ".partial");
    }

    /**
     * Gives every file its name, in the order in which they were opened. An older file with the name of the last one is
     * deleted first, so that it never appears together with files of this run.
     */
    void publish() throws IOException {
        Files.deleteIfExists(directory.resolve(names.getLast()));
        for (String name : names) {
            Files.move(temporary(name), directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        published = true;
    }

    @Override
    public void close() throws IOException {
        if (published) {
            return;
        }
        for (String name : names) {
            Files.deleteIfExists(temporary(name));
        }
        if (madeDirectory) {
            try (var left = Files.list(directory)) {
                if (left.findAny().isEmpty()) {
                    Files.deleteIfExists(directory);
                }
            }
        }
    }
}
