package aifactory.commandline.api;

import aifactory.service.ServiceStartException;
import aifactory.service.access.OwnDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * A copy of the discovery file of a Client Service whose data directory is not the usual one, in the usual one:
 * commands that require a service find it without being given its data directory. Closing removes the copy. Used by one
 * thread.
 */
public final class OtherService implements AutoCloseable {
    private final @Nullable Path file;

    private OtherService(@Nullable Path file) {
        this.file = file;
    }

    /**
     * Publishes the service of this process. Does nothing where its directory is the usual one, where another such
     * service is running, or where the usual directory cannot be used: the service itself does not need it.
     */
    public static OtherService publish(Path dataDirectory, Path usualDirectory) {
        if (dataDirectory.equals(usualDirectory)
                || Discovery.readOther(usualDirectory)
                        .filter(Discovery::isAlive)
                        .isPresent()) {
            return new OtherService(null);
        }
        try {
            OwnDirectory.make(usualDirectory);
            Path temporary = Files.createTempFile(
                    usualDirectory,
                    "service",
                    ".json",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(temporary, Files.readAllBytes(dataDirectory.resolve(Discovery.FILE)));
            return new OtherService(Files.move(
                    temporary,
                    usualDirectory.resolve(Discovery.OTHER_FILE),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING));
        } catch (IOException | ServiceStartException e) {
            return new OtherService(null);
        }
    }

    @Override
    public void close() {
        if (file == null) {
            return;
        }
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // A copy that remains names a process that is not running, and is ignored.
        }
    }
}
