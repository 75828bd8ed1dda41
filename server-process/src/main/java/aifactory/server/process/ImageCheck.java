package aifactory.server.process;

import aifactory.protocol.ServerSpecification.Container;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Whether an image is the one that was meant. Stateless. */
final class ImageCheck {
    private ImageCheck() {}

    /** What is wrong with it; empty for nothing. */
    static Optional<String> problem(Container container) {
        Path image = Path.of(container.image());
        if (!Files.exists(image)) {
            return Optional.of(
                    "there is no image " + image + " on this node: give the path of one that every node sees");
        }
        if (container.sha256() == null) {
            return Optional.empty();
        }
        try {
            String found = sha256(image);
            return found.equals(container.sha256())
                    ? Optional.empty()
                    : Optional.of("the image " + image + " has the checksum " + found + " and not " + container.sha256()
                            + ": it is another image");
        } catch (IOException e) {
            return Optional.of("the image " + image + " cannot be read: " + e.getMessage());
        }
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            new DigestInputStream(stream, digest).transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
