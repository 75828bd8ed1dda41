package aifactory.service.dispatch.local;

import aifactory.protocol.JsonFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * What is kept of a job on this machine, as {@code job.json} in its directory.
 *
 * @param launched whether all of its processes were started
 * @param startedEpochMillis when they were
 * @param endsEpochMillis when their time is over
 */
record LocalJob(
        String jobId,
        long benchmarkId,
        int processes,
        boolean launched,
        long startedEpochMillis,
        long endsEpochMillis,
        List<String> logPaths) {
    private static final String FILE = "job.json";

    LocalJob withLaunched() {
        return new LocalJob(jobId, benchmarkId, processes, true, startedEpochMillis, endsEpochMillis, logPaths);
    }

    void write(Path directory) throws IOException {
        Path partial = directory.resolve(FILE + ".new");
        Files.writeString(partial, JsonFormat.mapper().writeValueAsString(this));
        Files.move(partial, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    static Optional<LocalJob> read(Path directory) throws IOException {
        try {
            return Optional.of(
                    JsonFormat.mapper().readValue(Files.readString(directory.resolve(FILE)), LocalJob.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JacksonException e) {
            throw new IOException(directory.resolve(FILE) + " is damaged: " + e.getOriginalMessage(), e);
        }
    }

    static Path identityFile(Path directory, int process) {
        return directory.resolve(process + ".process");
    }
}
