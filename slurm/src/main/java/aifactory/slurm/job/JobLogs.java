package aifactory.slurm.job;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The log files of a job. Slurm cannot write into a missing directory and does not report it; and it truncates a file
 * that is there. So the directory is created and the files are created before the job is submitted.
 *
 * @param output standard output of the batch script and of the clients
 * @param error standard error, likewise
 */
public record JobLogs(Path output, Path error) {
    private static final int MAXIMUM_REUSES = 10_000;

    /**
     * Reserves {@code client_dispatcher_ID.out} and {@code .err}, or, where an earlier job of the same id left them,
     * {@code client_dispatcher_ID.2.out} and so on.
     *
     * @param directory is made where it is missing
     * @throws IOException when the directory or the files cannot be made; the message names them
     */
    public static JobLogs reserve(Path directory, long benchmarkId) throws IOException {
        Files.createDirectories(directory);
        for (int attempt = 1; attempt <= MAXIMUM_REUSES; attempt++) {
            JobLogs logs = of(directory, benchmarkId, attempt);
            if (logs.create()) {
                return logs;
            }
        }
        throw new IOException("benchmark " + benchmarkId + " has " + MAXIMUM_REUSES + " log files in " + directory
                + " already; clean up with: aifactory cleanup");
    }

    /** The files of a first job of that id; nothing is made. */
    public static JobLogs first(Path directory, long benchmarkId) {
        return of(directory, benchmarkId, 1);
    }

    private static JobLogs of(Path directory, long benchmarkId, int attempt) {
        String name = "client_dispatcher_" + benchmarkId + (attempt == 1 ? "" : "." + attempt);
        return new JobLogs(directory.resolve(name + ".out"), directory.resolve(name + ".err"));
    }

    private boolean create() throws IOException {
        try {
            Files.createFile(output);
        } catch (FileAlreadyExistsException e) {
            return false;
        }
        try {
            Files.createFile(error);
        } catch (FileAlreadyExistsException e) {
            Files.delete(output);
            return false;
        }
        return true;
    }

    /** Takes back a reservation whose job was never made; files that were written to are kept. */
    public void release() throws IOException {
        for (Path file : new Path[] {output, error}) {
            if (Files.exists(file) && Files.size(file) == 0) {
                Files.delete(file);
            }
        }
    }
}
