package aifactory.service.dispatch.local;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The files that a job's output is appended to.
 */
record LogFiles(Path output, Path error) {
    private static final int MOST_ATTEMPTS = 100_000;

    /**
     * Makes files that did not exist: a benchmark id that is used again never overwrites what an earlier job has left.
     */
    static LogFiles create(Path directory, long benchmarkId) throws IOException {
        FileAttribute<?> ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        for (int attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
            String name = "client_dispatcher_" + benchmarkId + (attempt == 1 ? "" : "_" + attempt);
            Path output = directory.resolve(name + ".out");
            try {
                Files.createFile(output, ownerOnly);
                return new LogFiles(output, Files.createFile(directory.resolve(name + ".err"), ownerOnly));
            } catch (FileAlreadyExistsException e) {
                // The file exists; try the next name.
            }
        }
        throw new IOException("no free name for the logs of benchmark " + benchmarkId + " in " + directory
                + "; delete old logs there");
    }

    List<String> paths() {
        return List.of(output.toString(), error.toString());
    }
}
