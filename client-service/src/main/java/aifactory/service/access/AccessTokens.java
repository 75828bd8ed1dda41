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
import java.util.Set;
import java.util.random.RandomGenerator;

/** The token that may do everything, in a file that its owner alone can read. Immutable. */
public final class AccessTokens {
    private static final int TOKEN_BYTES = 32;

    private final Path file;
    private final byte[] token;

    private AccessTokens(Path file, byte[] token) {
        this.file = file;
        this.token = token;
    }

    /** Reads the token of an earlier life, or draws one. */
    public static AccessTokens open(Path dataDirectory, RandomGenerator random) throws ServiceStartException {
        Path file = dataDirectory.resolve("token");
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
                        + "', or delete it to have a new one drawn");
            }
            String token = Files.readString(file).strip();
            if (token.length() < TOKEN_BYTES) {
                throw new ServiceStartException(
                        "the token file " + file + " holds no token: delete it to have a new one drawn");
            }
            return new AccessTokens(file, token.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new ServiceStartException("the token file " + file + " cannot be read or made: " + e.getMessage());
        }
    }

    public Path file() {
        return file;
    }

    /** Compares in constant time. */
    public boolean isServiceToken(String shown) {
        return MessageDigest.isEqual(token, shown.getBytes(StandardCharsets.UTF_8));
    }
}
