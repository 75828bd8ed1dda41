package aifactory.commandline.api;

import aifactory.commandline.failure.CommandFailure;
import aifactory.protocol.CertificatePin;
import aifactory.protocol.JsonFormat;
import aifactory.protocol.ServiceDiscovery;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * What a Client Service leaves in its data directory for the programs of its user.
 *
 * @param tokenFile null without authentication
 * @param certificateSha256 by which the service is known; null without TLS
 */
record Discovery(
        URI address,
        long processId,
        @Nullable Path tokenFile,
        @Nullable String certificateSha256) {
    static final String FILE = "service.json";
    /** A copy for a service whose own data directory is elsewhere. */
    static final String OTHER_FILE = "other-service.json";

    /** Reads what is in the data directory; empty when no service has left anything. */
    static Optional<Discovery> read(Path dataDirectory) {
        return readFile(dataDirectory.resolve(FILE));
    }

    /** Reads the copy that a service with another data directory has left; empty where there is none. */
    static Optional<Discovery> readOther(Path dataDirectory) {
        return readFile(dataDirectory.resolve(OTHER_FILE));
    }

    private static Optional<Discovery> readFile(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            ServiceDiscovery found = JsonFormat.mapper().readValue(Files.readAllBytes(file), ServiceDiscovery.class);
            if (found.certificateSha256() != null && !CertificatePin.isFingerprint(found.certificateSha256())) {
                throw new IllegalArgumentException("its certificate_sha256 is not a SHA-256 fingerprint");
            }
            return Optional.of(new Discovery(
                    URI.create(found.url()),
                    found.processId(),
                    found.tokenFile() == null ? null : Path.of(found.tokenFile()),
                    found.certificateSha256()));
        } catch (IOException | JacksonException | IllegalArgumentException e) {
            throw CommandFailure.wrongInput("the discovery file " + file + " cannot be read: " + e.getMessage()
                    + "; delete it, or pass --service URL");
        }
    }

    /** Whether the process that wrote it still runs, so that no other process on its port receives the token. */
    boolean isAlive() {
        return ProcessHandle.of(processId).map(ProcessHandle::isAlive).orElse(false);
    }
}
