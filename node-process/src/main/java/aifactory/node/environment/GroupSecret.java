package aifactory.node.environment;

import aifactory.protocol.CertificatePin;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The group's token. Never printed: its text form does not contain it. */
public final class GroupSecret {
    private static final int MAXIMUM_BYTES = 4_096;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final String BEARER = "Bearer ";

    private static final String PIN = "certificate-sha256 ";

    private final String value;
    private final @Nullable String certificateSha256;

    private GroupSecret(String value, @Nullable String certificateSha256) {
        this.value = value;
        this.certificateSha256 = certificateSha256;
    }

    /**
     * Reads the secret from a file that no other user can read: one line, and where the service speaks TLS a second one
     * with the fingerprint of its certificate.
     *
     * @throws NodeProblemException when it is missing, empty, too long, not printable, or open to others
     */
    public static GroupSecret read(Path file) throws NodeProblemException {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (!OWNER_ONLY.containsAll(permissions)) {
                throw new NodeProblemException("the secret file '" + file + "' is accessible to other users ("
                        + PosixFilePermissions.toString(permissions) + "); run: chmod 600 '" + file
                        + "', and replace the secret if another user may have read it");
            }
            return of(file, content(file));
        } catch (NoSuchFileException e) {
            throw new NodeProblemException(
                    "the secret file '" + file + "' does not exist; correct AIFACTORY_GROUP_SECRET_FILE");
        } catch (UnsupportedOperationException e) {
            throw new NodeProblemException("the secret file '" + file
                    + "' is on a file system without permissions, so that others can read it; move it to another");
        } catch (IOException e) {
            throw new NodeProblemException("the secret file '" + file + "' cannot be read: " + e.getMessage());
        }
    }

    private static byte[] content(Path file) throws IOException {
        try (InputStream input = Files.newInputStream(file)) {
            return input.readNBytes(MAXIMUM_BYTES + 1);
        }
    }

    private static GroupSecret of(Path file, byte[] content) throws NodeProblemException {
        String[] lines = new String(content, StandardCharsets.UTF_8).strip().split("\\R", -1);
        String text = lines[0].strip();
        String pin = null;
        if (lines.length > 1) {
            pin = lines[1].startsWith(PIN) ? lines[1].substring(PIN.length()).strip() : "";
            if (lines.length > 2 || !CertificatePin.isFingerprint(pin)) {
                throw new NodeProblemException("the secret file '" + file
                        + "' holds no secret alone or with a certificate's fingerprint; have the service"
                        + " write it again");
            }
        }
        boolean printable = text.chars().allMatch(character -> character > ' ' && character < 0x7f);
        if (text.isEmpty() || content.length > MAXIMUM_BYTES || !printable) {
            throw new NodeProblemException("the secret file '" + file + "' holds no secret (1 to " + MAXIMUM_BYTES
                    + " printable ASCII characters without blanks); have the service write it again");
        }
        return new GroupSecret(text, pin);
    }

    /** The fingerprint of the one certificate that the service may show; null where it speaks no TLS. */
    public @Nullable String certificateSha256() {
        return certificateSha256;
    }

    /** Whether the secret may be sent there: a service whose certificate is pinned is never spoken to without TLS. */
    public boolean mayBeSentTo(URI service) {
        return certificateSha256 == null || "https".equalsIgnoreCase(service.getScheme());
    }

    /**
     * Checks every address of the service before anything is sent.
     *
     * @throws NodeProblemException names an address that is not https although the service's certificate is pinned
     */
    public void check(Collection<URI> services) throws NodeProblemException {
        for (URI service : services) {
            if (!mayBeSentTo(service)) {
                throw new NodeProblemException("invalid address of the Client Service: '" + service
                        + "' (expected https://, since the secret file pins the service's certificate); nothing was"
                        + " sent. Start the service with --advertise https://HOST:PORT, or correct"
                        + " CLIENT_SERVICE_ADDR");
            }
        }
    }

    /** The value of the header {@code Authorization}. */
    public String authorization() {
        return BEARER + value;
    }

    /** Whether the value of a header {@code Authorization} carries this secret; takes constant time. */
    public boolean admits(@Nullable String authorization) {
        if (authorization == null) {
            return false;
        }
        String given = authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? authorization.substring(BEARER.length()).strip()
                : "";
        return MessageDigest.isEqual(digest(given), digest(value));
    }

    /** Digests are equally long, so that not even the secret's length shows in the time of a comparison. */
    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "GroupSecret";
    }
}
