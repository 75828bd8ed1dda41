package aifactory.service.groups;

import aifactory.protocol.JsonFormat;
import aifactory.service.persistence.StorageException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Prompts that were sent with a request, readable only by the group's clients. Thread-safe. */
public final class PromptFiles {
    private static final Logger LOG = LoggerFactory.getLogger(PromptFiles.class);

    private final Path directory;

    public PromptFiles(Path sharedDirectory) {
        this.directory = sharedDirectory.resolve("prompts");
    }

    /**
     * Writes prompts, one JSON object a line.
     *
     * @param token the group's
     */
    public Path write(String token, List<String> prompts) throws StorageException {
        Path file = directory.resolve(token + ".jsonl");
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return Files.writeString(
                    file,
                    prompts.stream()
                            .map(prompt -> JsonFormat.mapper().writeValueAsString(Map.of("prompt", prompt)) + "\n")
                            .collect(Collectors.joining()));
        } catch (IOException e) {
            throw new StorageException(
                    "the prompts " + file + " cannot be written: " + e.getMessage()
                            + "; free disk space or correct the permissions",
                    e);
        }
    }

    /** The group was deleted, and its prompts with it. */
    public void delete(String token) {
        try {
            Files.deleteIfExists(directory.resolve(token + ".jsonl"));
        } catch (IOException e) {
            LOG.warn("The prompts of a deleted group could not be removed: {}", e.getMessage());
        }
    }

    /**
     * Deletes the prompts of deleted groups.
     *
     * @param tokens of the groups that there are
     * @param before files that are younger stay: their group may just be being made
     */
    public void prune(Set<String> tokens, Instant before) {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.jsonl")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                boolean old = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                        .toInstant()
                        .isBefore(before);
                if (old && !tokens.contains(name.substring(0, name.length() - ".jsonl".length()))) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            LOG.warn("Prompts of deleted groups could not be removed: {}", e.getMessage());
        }
    }
}
