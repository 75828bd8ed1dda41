package aifactory.server.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code /proc/PID/stat} (see proc(5)) of the processes of this node. Stateless. */
final class NodeProcesses {
    private static final Path PROC = Path.of("/proc");
    private static final int STATE = 0;
    private static final int SESSION = 3;
    private static final int THREADS = 17;

    private NodeProcesses() {}

    /** The processes of a session that have not ended, by the number of the process that began it. */
    static List<Long> ofSession(long session) {
        List<Long> members = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(String.valueOf(process.getFileName()));
                Optional<String[]> fields = fields(pid);
                if (fields.isPresent()
                        && isRunning(fields.get())
                        && fields.get()[SESSION].equals(Long.toString(session))) {
                    members.add(pid);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (DirectoryIteratorException e) {
            throw new UncheckedIOException(e.getCause());
        }
        return members;
    }

    /** Whether there is such a process; a zombie does not count. */
    static boolean isRunning(long pid) {
        return fields(pid).map(NodeProcesses::isRunning).orElse(false);
    }

    private static boolean isRunning(String[] fields) {
        // The first thread of a process may have ended before the others, which then still hold its files and its
        // ports.
        boolean ended =
                fields[STATE].equals("Z") && fields[THREADS].length() == 1 && fields[THREADS].compareTo("1") <= 0;
        return !ended && !fields[STATE].equals("X");
    }

    /** State, parent, process group, session and so on; empty when the process no longer exists. */
    private static Optional<String[]> fields(long pid) {
        try {
            String stat = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
            // The process name may contain blanks and parentheses.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
            return fields.length > THREADS ? Optional.of(fields) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
