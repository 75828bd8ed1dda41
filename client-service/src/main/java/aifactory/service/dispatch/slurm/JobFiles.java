package aifactory.service.dispatch.slurm;

import aifactory.slurm.job.JobLogs;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of every job outside of the database: its batch script, for users, and its logs. Thread-safe. */
final class JobFiles {
    private static final Logger LOG = LoggerFactory.getLogger(JobFiles.class);
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private static final String UNRESOLVED = ".unresolved";

    private final Path directory;

    JobFiles(Path directory) {
        this.directory = directory;
    }

    /** Keeps the script of a job that is about to be submitted. */
    void keep(String jobName, String script, JobLogs logs) throws IOException {
        Files.createDirectories(directory, OWNER_ONLY);
        Files.writeString(script(jobName), script);
        Files.writeString(logPaths(jobName), logs.output() + "\n" + logs.error() + "\n");
    }

    /** Where the job writes; empty where nothing was kept of it. */
    List<String> logsOf(String jobName) throws IOException {
        try {
            return Files.readAllLines(logPaths(jobName));
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** For a job that never came about. */
    void discard(String jobName, JobLogs logs) {
        try {
            Files.deleteIfExists(script(jobName));
            Files.deleteIfExists(logPaths(jobName));
            logs.release();
        } catch (IOException e) {
            LOG.warn("files of the job {}, which was not submitted, could not be deleted: {}", jobName, e.getMessage());
        }
    }

    /** Remembers, over a restart of the service, that a job of this name may still come up. */
    void markUnresolved(String jobName) {
        try {
            Files.createDirectories(directory, OWNER_ONLY);
            Files.writeString(directory.resolve(jobName + UNRESOLVED), "");
        } catch (IOException e) {
            LOG.warn("a restarted service will not know that job {} may still appear: {}", jobName, e.getMessage());
        }
    }

    /** The names of those jobs, as far as they are no older than that. */
    List<String> unresolved(Instant since) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> marks = Files.newDirectoryStream(directory, "*" + UNRESOLVED)) {
            for (Path mark : marks) {
                String file = mark.getFileName().toString();
                if (Files.getLastModifiedTime(mark).toInstant().isBefore(since)) {
                    Files.delete(mark);
                } else {
                    names.add(file.substring(0, file.length() - UNRESOLVED.length()));
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException | DirectoryIteratorException e) {
            LOG.warn("stored jobs in {} cannot be read: {}", directory, e.getMessage());
        }
        return names;
    }

    /** Where the script of a job is kept. */
    Path script(String jobName) {
        return directory.resolve(jobName + ".sh");
    }

    private Path logPaths(String jobName) {
        return directory.resolve(jobName + ".logs");
    }
}
