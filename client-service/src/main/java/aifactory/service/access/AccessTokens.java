package aifactory.service.access;

import aifactory.service.ServiceStartException;
import aifactory.service.groups.HexText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The tokens of the service, in files that only their owner can read: one with full access, and a read-only one, for
 * dashboards and colleagues. Comparisons take constant time. Immutable.
 */
public final class AccessTokens {
    private static final int TOKEN_BYTES = 32;

    private final Path file;
    private final Path readOnlyFile;
    private final byte[] token;
    private final byte[] readOnlyToken;
    private final SessionCookie cookie;

    private AccessTokens(
            Path file,
            Path readOnlyFile,
            String token,
            String readOnlyToken,
            RandomGenerator random,
            RevokedSessions revoked) {
        this.file = file;
        this.readOnlyFile = readOnlyFile;
        this.token = digest(token);
        this.readOnlyToken = digest(readOnlyToken);
        // Of both, so that a new one of either ends the sessions.
        this.cookie =
                new SessionCookie((token + " " + readOnlyToken).getBytes(StandardCharsets.UTF_8), random, revoked);
    }

    /** Reads the tokens of a previous process, or generates them. */
    public static AccessTokens open(Path dataDirectory, RandomGenerator random) throws ServiceStartException {
        Path file = dataDirectory.resolve("token");
        Path readOnlyFile = dataDirectory.resolve("read-only-token");
        return new AccessTokens(
                file,
                readOnlyFile,
                readOrDraw(file, random),
                readOrDraw(readOnlyFile, random),
                random,
                RevokedSessions.open(dataDirectory.resolve("revoked-sessions")));
    }

    private static String readOrDraw(Path file, RandomGenerator random) throws ServiceStartException {
        try {
            if (Files.notExists(file)) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(file, HexText.random(random, TOKEN_BYTES) + "\n");
            }
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (!PosixFilePermissions.fromString("rw-------").containsAll(permissions)) {
                throw new ServiceStartException("the token file " + file + " can be read by others ("
                        + PosixFilePermissions.toString(permissions) + "): run 'chmod 600 " + file
                        + "', or delete it to generate a new one");
            }
            String token = Files.readString(file).strip();
            if (token.length() < TOKEN_BYTES) {
                throw new ServiceStartException(
                        "the token file " + file + " contains no token: delete it to generate a new one");
            }
            return token;
        } catch (IOException e) {
            throw new ServiceStartException("the token file " + file + " cannot be read or created: " + e.getMessage());
        }
    }

    public Path file() {
        return file;
    }

    /** The file with the read-only token. */
    public Path readOnlyFile() {
        return readOnlyFile;
    }

    public boolean isServiceToken(String shown) {
        return MessageDigest.isEqual(token, digest(shown));
    }

    public boolean isReadOnlyToken(String shown) {
        return MessageDigest.isEqual(readOnlyToken, digest(shown));
    }

    public SessionCookie cookie() {
        return cookie;
    }

    /** Digests are equally long, so that not even the length shows in the time of a comparison. */
    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
