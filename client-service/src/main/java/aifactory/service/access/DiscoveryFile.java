package aifactory.service.access;

import aifactory.protocol.JsonFormat;
import aifactory.protocol.ServiceDiscovery;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * The file by which programs of the same user find the service. Since only that user can write it, another program that
 * listens on the service's port never receives a token.
 */
public final class DiscoveryFile {
    private DiscoveryFile() {}

    public static Path in(Path dataDirectory) {
        return dataDirectory.resolve("service.json");
    }

    /** Written under another name first, so that a reader never sees half of it. */
    public static Path write(
            Path dataDirectory, URI address, @Nullable Path tokenFile, @Nullable String certificateSha256)
            throws IOException {
        Path file = in(dataDirectory);
        Path temporary = Files.createTempFile(
                dataDirectory,
                "service",
                ".json",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        ServiceDiscovery discovery = new ServiceDiscovery(
                address.toString(),
                tokenFile == null ? null : tokenFile.toAbsolutePath().toString(),
                ProcessHandle.current().pid(),
                certificateSha256);
        Files.writeString(temporary, JsonFormat.mapper().writeValueAsString(discovery) + "\n");
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        return file;
    }
}
