package aifactory.service.logs;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/**
 * The directory that jobs write their logs to. Only regular files directly in it are opened, and no link is followed:
 * where a log is said to be elsewhere, it is not read. Immutable.
 */
public final class LogDirectory {
    private final Path directory;

    public LogDirectory(Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    public Path path() {
        return directory;
    }

    /**
     * Where the output of a group's server process goes: the process is started with this directory and names its log
     * by its number.
     */
    public Path serverLog(long benchmarkId, int number) {
        return directory.resolve("server_" + benchmarkId + "_" + number + ".log");
    }

    /**
     * Opens a log for reading, by its directory's descriptor, so that nothing on the way can be exchanged meanwhile.
     *
     * @throws NoSuchFileException when there is no such file
     * @throws IOException says why it is not read: it is outside of the directory, a link, or not a regular file
     */
    public SeekableByteChannel open(Path file) throws IOException {
        Path name = file.getFileName();
        if (name == null || !isHere(file)) {
            throw new IOException("it is not in the directory of the logs, " + directory);
        }
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            if (!(stream instanceof SecureDirectoryStream<Path> entries)) {
                throw new IOException("the file system of " + directory + " cannot open files without following links");
            }
            BasicFileAttributes attributes = entries.getFileAttributeView(
                            name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
            if (!attributes.isRegularFile()) {
                throw new IOException(
                        attributes.isSymbolicLink()
                                ? "it is a link, which is not followed"
                                : "it is not a regular file");
            }
            return entries.newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        }
    }

    /** Also by another name of the directory, which an earlier start of the service may have been given. */
    private boolean isHere(Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            return false;
        }
        if (parent.equals(directory)) {
            return true;
        }
        try {
            return Files.isSameFile(parent, directory);
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
