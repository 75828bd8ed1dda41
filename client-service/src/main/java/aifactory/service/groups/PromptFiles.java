package aifactory.service.groups;

import aifactory.protocol.JsonFormat;
import aifactory.service.persistence.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Prompts that came with a request, where the group's clients can read them and nobody else can. Thread-safe. */
public final class PromptFiles {
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
                            + "; make room or correct the permissions",
                    e);
        }
    }
}
