package aifactory.access;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Explains why the Unix domain socket of an AI server cannot be connected to, which the system says in two words.
 * Stateless.
 */
public final class UnixSockets {
    private UnixSockets() {}

    /** What is wrong with the path of a socket. */
    public static final class Problem extends IOException {
        private static final long serialVersionUID = 1;

        private final boolean isLasting;

        Problem(String message, boolean isLasting) {
            super(message);
            this.isLasting = isLasting;
        }

        /** Whether waiting for the server does not help. */
        public boolean isLasting() {
            return isLasting;
        }
    }

    /** Looks at the path; a path that passes may still have no listener. */
    public static void check(String path) throws Problem {
        check(path, Files::isWritable);
    }

    /** @param isWritable whether this process may write to a file */
    static void check(String path, Predicate<Path> isWritable) throws Problem {
        Path file = Path.of(path);
        PosixFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, PosixFileAttributes.class);
        } catch (NoSuchFileException e) {
            throw new Problem(missing(file), false);
        } catch (AccessDeniedException e) {
            throw new Problem(
                    "this user may not enter the directory of the socket (permission denied); ask for execute permission on "
                            + file.getParent(),
                    true);
        } catch (IOException | UnsupportedOperationException e) {
            throw new Problem("its path cannot be read (" + e + ")", true);
        }
        if (attributes.isDirectory()) {
            throw new Problem(
                    "its path is a directory and not a socket; give the path of the socket in it, such as "
                            + file.resolve("server.sock"),
                    true);
        }
        if (attributes.isRegularFile()) {
            throw new Problem("its path is a file and not a socket; give the path that the server was given", true);
        }
        if (!isWritable.test(file)) {
            throw new Problem(
                    "this user may not connect to the socket (permission denied): its mode is "
                            + PosixFilePermissions.toString(attributes.permissions()) + " and its owner "
                            + attributes.owner().getName()
                            + "; connecting takes write permission on it",
                    true);
        }
    }

    private static String missing(Path file) {
        Path directory = file.getParent();
        boolean isDirectoryMissing = directory != null && !Files.exists(directory);
        return isDirectoryMissing
                ? "there is no directory " + directory
                        + " on this node; sockets exist only on the node on which the server runs"
                : "there is no socket at that path; is the server running on this node?";
    }

    /** The first such exception in a chain of causes; null where there is none. */
    static @Nullable Problem in(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Problem problem) {
                return problem;
            }
        }
        return null;
    }
}
