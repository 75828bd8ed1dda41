package aifactory.reporting.records;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** Says in a few words why a file could not be used. Stateless. */
public final class FileProblem {
    private FileProblem() {}

    /** The cause, without the file's name. */
    public static String of(IOException problem) {
        if (problem instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (problem instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (problem instanceof FileSystemException system && system.getReason() != null) {
            return firstLine(system.getReason());
        }
        return firstLine(problem.getMessage());
    }

    /** The first line of a message. */
    public static String firstLine(@Nullable String message) {
        if (message == null || message.isBlank()) {
            return "no reason given";
        }
        return message.strip().lines().findFirst().orElse(message);
    }
}
