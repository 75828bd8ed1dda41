package aifactory.service.groups;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files by which a group's clients get their secret: readable by their owner alone. Thread-safe. */
final class GroupSecrets {
    private static final Logger LOG = LoggerFactory.getLogger(GroupSecrets.class);

    private final Path directory;

    private final @Nullable String certificateSha256;

    /** @param certificateSha256 by which clients know the service; null without TLS */
    GroupSecrets(Path sharedDirectory, @Nullable String certificateSha256) {
        this.certificateSha256 = certificateSha256;
        this.directory = sharedDirectory.resolve("secrets");
    }

    Path file(String token) {
        return directory.resolve(token + ".secret");
    }

    void write(String token, String secret) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createFile(
                file(token), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        // The file that authenticates the client to the service also authenticates the service to the client.
        String pin = certificateSha256 == null ? "" : "certificate-sha256 " + certificateSha256 + "\n";
        Files.writeString(file(token), secret + "\n" + pin, StandardOpenOption.TRUNCATE_EXISTING);
        Files.setPosixFilePermissions(file(token), Set.copyOf(PosixFilePermissions.fromString("rw-------")));
    }

    void delete(String token) {
        try {
            Files.deleteIfExists(file(token));
        } catch (IOException e) {
            LOG.warn("The secret {} could not be deleted: {}", file(token), e.getMessage());
        }
    }
}
