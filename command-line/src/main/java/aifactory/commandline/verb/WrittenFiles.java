package aifactory.commandline.verb;

import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.session.Session;
import java.nio.file.Path;
import java.util.List;

/** Reports which files were written. */
final class WrittenFiles {
    private WrittenFiles() {}

    static void print(Session session, boolean isJson, List<Path> files) {
        if (isJson) {
            OutputFormat.printJson(session, files.stream().map(Path::toString).toList());
        } else {
            files.forEach(file -> session.out().println(file));
        }
    }
}
