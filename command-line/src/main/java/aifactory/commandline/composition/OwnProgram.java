package aifactory.commandline.composition;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** This program as another machine can start it that sees the same files. */
public final class OwnProgram {
    private OwnProgram() {}

    /** The start of a command line to which a command and its options are added. */
    public static List<String> command() {
        return JavaCommand.of(
                Path.of(System.getProperty("java.home")),
                JvmOptions.SHORT_COMMAND,
                classPath(System.getProperty("java.class.path")),
                List.of());
    }

    /** Libraries of one directory are named together: people read the command. */
    static String classPath(String classPath) {
        Set<String> entries = new LinkedHashSet<>();
        for (String entry : classPath.split(File.pathSeparator, -1)) {
            Path path = Path.of(entry).toAbsolutePath();
            Path parent = path.getParent();
            boolean isLibrary = parent != null && path.toString().endsWith(".jar");
            entries.add(isLibrary ? parent + File.separator + "*" : path.toString());
        }
        return String.join(File.pathSeparator, new ArrayList<>(entries));
    }
}
