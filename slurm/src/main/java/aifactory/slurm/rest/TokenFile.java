package aifactory.slurm.rest;

import aifactory.slurm.SlurmUnavailableException;
import aifactory.slurm.SlurmUnavailableException.Cause;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Reads a token from a file that no other user can read; created by {@code scontrol token > FILE}. */
final class TokenFile {
    private static final int MAXIMUM_BYTES = 16_384;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private TokenFile() {}

    static String read(Path file) throws SlurmUnavailableException {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (!OWNER_ONLY.containsAll(permissions)) {
                throw problem("the token file " + file + " is accessible to other users ("
                        + PosixFilePermissions.toString(permissions) + "); run: chmod 600 " + file
                        + ", and make a new token if others may have read it");
            }
            byte[] content;
            try (InputStream input = Files.newInputStream(file)) {
                content = input.readNBytes(MAXIMUM_BYTES + 1);
            }
            if (content.length > MAXIMUM_BYTES) {
                throw problem("the token file " + file + " holds more than " + MAXIMUM_BYTES + " bytes");
            }
            return TokenText.clean(new String(content, StandardCharsets.UTF_8))
                    .orElseThrow(() -> problem("the token file " + file
                            + " holds no token; make one: (umask 077; scontrol token lifespan=3600 >" + file + ")"));
        } catch (NoSuchFileException e) {
            throw problem("the token file " + file
                    + " does not exist; make it: (umask 077; scontrol token lifespan=3600 >" + file + ")");
        } catch (UnsupportedOperationException e) {
            throw problem("the token file " + file + " is on a file system without permissions; move it to another");
        } catch (IOException e) {
            throw problem("the token file " + file + " cannot be read: " + e.getMessage());
        }
    }

    private static SlurmUnavailableException problem(String words) {
        return new SlurmUnavailableException(Cause.AUTHENTICATION, words);
    }
}
