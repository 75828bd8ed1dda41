package aifactory.commandline.output;

import aifactory.commandline.failure.CommandFailure;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Stream;

/**
 * The directory for the files of a run, created and tested before anything is started. Closing it removes the
 * directories that it created and that are still empty, so that a command that fails leaves nothing behind.
 */
public final class OutputDirectory implements AutoCloseable {
    private final Path path;
    private final Deque<Path> made;

    private OutputDirectory(Path path, Deque<Path> made) {
        this.path = path;
        this.made = made;
    }

    /**
     * Makes the directory where it does not exist, and makes sure that files can be written in it.
     *
     * @param path absolute
     * @throws CommandFailure with exit code 2 when it cannot be written in
     */
    public static OutputDirectory prepare(Path path) {
        Deque<Path> made = new ArrayDeque<>();
        OutputDirectory directory = new OutputDirectory(path, made);
        try {
            makeWithParents(path, made);
            // Asking for permissions does not tell about read-only and full file systems; writing does.
            Path probe = Files.createTempFile(path, ".aifactory-probe", "");
            Files.write(probe, new byte[] {0});
            Files.delete(probe);
            return directory;
        } catch (IOException e) {
            directory.close();
            throw CommandFailure.wrongInput("output directory " + path + " cannot be written in: " + reason(e)
                    + "; give another with --output DIR");
        }
    }

    private static void makeWithParents(Path directory, Deque<Path> made) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.getParent();
        if (parent != null) {
            makeWithParents(parent, made);
        }
        Files.createDirectory(directory);
        made.push(directory);
    }

    /** Absolute. */
    public Path path() {
        return path;
    }

    /** Takes away the directories that this object made, as far as they are empty. */
    @Override
    public void close() {
        for (Path directory : made) {
            try (Stream<Path> entries = Files.list(directory)) {
                if (entries.findAny().isPresent()) {
                    return;
                }
                Files.delete(directory);
            } catch (IOException e) {
                // It is not empty or not ours any more: leaving it is right.
                return;
            }
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case FileAlreadyExistsException exists -> exists.getFile() + " is not a directory";
            case AccessDeniedException denied -> "permission denied at " + denied.getFile();
            case FileSystemException system when system.getReason() != null -> system.getReason();
            default -> e.getClass().getSimpleName() + " at " + e.getMessage();
        };
    }
}
