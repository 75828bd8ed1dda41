package aifactory.commandline.composition;

import aifactory.commandline.failure.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where libraries put the native code that they bring along: the system's temporary directory is often mounted so that nothing
 * in it can be executed, and a process that is killed leaves them there for ever.
 */
final class NativeLibraries {
    private NativeLibraries() {}

    /** Has what is not loaded yet be extracted into that directory. */
    static void extractInto(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw CommandFailure.wrongInput("data directory " + directory.getParent() + " cannot be written in ("
                    + e.getClass().getSimpleName() + " at " + e.getMessage() + "); give another with --data-dir DIR");
        }
        System.setProperty("org.sqlite.tmpdir", directory.toString());
        System.setProperty("ZstdTempFolder", directory.toString());
    }
}
