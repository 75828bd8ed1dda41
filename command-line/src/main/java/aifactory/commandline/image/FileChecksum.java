package aifactory.commandline.image;

import aifactory.commandline.failure.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of files, in the notation of {@code sha256sum}. */
final class FileChecksum {
    private static final int BUFFER_BYTES = 1 << 16;

    private FileChecksum() {}

    static String of(Path file) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream stream = Files.newInputStream(file)) {
            for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The file with the checksum of a file. */
    static Path besides(Path file) {
        return file.resolveSibling(file.getFileName() + ".sha256");
    }

    /** Rejects a file that does not match the checksum file next to it; does nothing without a checksum file. */
    static void check(Path file, String actual) throws IOException {
        Path beside = besides(file);
        if (!Files.exists(beside)) {
            return;
        }
        String expected = Files.readString(beside).strip().split("\\s", 2)[0];
        if (!expected.equals(actual)) {
            throw CommandFailure.wrongInput(file + " has the checksum " + actual + ", and " + beside + " says '"
                    + expected + "': copy both again");
        }
    }

    /** A line that {@code sha256sum -c} understands. */
    static String line(Path file, String checksum) {
        return checksum + "  " + file.getFileName() + "\n";
    }
}
