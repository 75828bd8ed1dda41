package aifactory.commandline.composition;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.session.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where libraries put the native code that they bring along: the system's temporary directory is often mounted so that
 * nothing in it can be executed, and a process that is killed leaves them there for ever.
 */
final class NativeLibraries {
    private static final Path MOUNTS = Path.of("/proc/self/mounts");

    private NativeLibraries() {}

    /**
     * Has what is not loaded yet be extracted into that directory, or into the user's cache where nothing in it can be
     * executed.
     */
    static void extractInto(Session session, Path directory) {
        Path chosen = directory;
        try {
            if (Files.isReadable(MOUNTS) && isWithoutExecution(directory, Files.readAllLines(MOUNTS))) {
                chosen = session.homeDirectory().resolve(".cache/aifactory/native");
            }
            Files.createDirectories(chosen);
        } catch (IOException e) {
            throw CommandFailure.wrongInput("directory " + chosen + " cannot be written in ("
                    + e.getClass().getSimpleName() + " at " + e.getMessage()
                    + "); correct its permissions, or give another data directory with --data-dir DIR");
        }
        System.setProperty("org.sqlite.tmpdir", chosen.toString());
        System.setProperty("ZstdTempFolder", chosen.toString());
    }

    /**
     * Whether the file system that holds the path is mounted with {@code noexec}.
     *
     * @param mounts the lines of {@code /proc/self/mounts}; a later one hides an earlier one at the same place
     */
    static boolean isWithoutExecution(Path path, List<String> mounts) {
        Path absolute = path.toAbsolutePath().normalize();
        int longest = -1;
        boolean without = false;
        for (String line : mounts) {
            String[] fields = line.split(" ");
            if (fields.length < 4) {
                continue;
            }
            Path point = Path.of(fields[1].replace("\\040", " "));
            if (absolute.startsWith(point) && point.getNameCount() >= longest) {
                longest = point.getNameCount();
                without = List.of(fields[3].split(",")).contains("noexec");
            }
        }
        return without;
    }
}
