package aifactory.commandline.composition;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.session.Session;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** A directory for this user's eyes only that goes when it is closed, with all that is in it. */
public final class TemporaryDirectory implements AutoCloseable {
    private final Path path;

    private TemporaryDirectory(Path path) {
        this.path = path;
    }

    /** Makes a new one. */
    public static TemporaryDirectory make(Session session) {
        try {
            return new TemporaryDirectory(Files.createTempDirectory(
                    session.temporaryDirectory(),
                    "aifactory-",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.WRONG_INPUT,
                    "no temporary directory can be made in " + session.temporaryDirectory() + ": " + e.getMessage()
                            + "; free disk space there, or set TMPDIR to another directory",
                    e);
        }
    }

    public Path path() {
        return path;
    }

    /**
     * Deletes the directory. What another process deletes at the same time is no error, and a rest is left to the
     * system.
     */
    @Override
    public void close() {
        try {
            Files.walkFileTree(path, new Deletion());
        } catch (IOException e) {
            // A rest in the system's temporary directory is no reason to fail with results in hand.
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
