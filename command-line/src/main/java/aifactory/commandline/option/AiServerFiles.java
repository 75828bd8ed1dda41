package aifactory.commandline.option;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.session.Session;
import aifactory.workload.AiServerAddress;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Files with the addresses of AI servers, as the jobs that start servers write them: one address per line; blank lines
 * and lines that begin with {@code #} are skipped. They are named {@code file:PATH}. Stateless.
 */
public final class AiServerFiles {
    private static final String SCHEME = "file:";
    private static final int LARGEST_BYTES = 1 << 20;

    private AiServerFiles() {}

    /** Whether an address names a file. */
    public static boolean isFile(String text) {
        return text.strip().startsWith(SCHEME);
    }

    /** The path of a file that an address names. */
    public static String path(String text) {
        String path = text.strip().substring(SCHEME.length());
        String plain = path.startsWith("//") ? path.substring(2) : path;
        if (plain.isEmpty()) {
            throw new IllegalArgumentException("'" + text + "' names no file; give file:PATH");
        }
        return plain;
    }

    /** The name of a file in the form of an address; the path may be relative. */
    public static URI uri(Path file) {
        try {
            return new URI("file", file.toString(), null);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'" + file + "' is not a path");
        }
    }

    /** The addresses, with those of each file in its place. Relative paths are below the working directory. */
    public static List<URI> expand(Session session, List<URI> addresses) {
        List<URI> all = new ArrayList<>();
        for (URI address : addresses) {
            if (SCHEME.equals(address.getScheme() + ":")) {
                all.addAll(read(session.resolve(address.getSchemeSpecificPart())));
            } else {
                all.add(address);
            }
        }
        return List.copyOf(all);
    }

    /**
     * The addresses of a file, at least one.
     *
     * @throws CommandFailure names the file, the line and what is expected
     */
    public static List<URI> read(Path file) {
        List<String> lines;
        try {
            if (Files.size(file) > LARGEST_BYTES) {
                throw CommandFailure.wrongInput(
                        "--ai-server: " + file + " is larger than 1 MiB: it has to hold one" + " address per line");
            }
            lines = Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw CommandFailure.wrongInput("--ai-server: " + file + " is not a text file with one address per line");
        } catch (IOException e) {
            throw CommandFailure.wrongInput("--ai-server: " + file + " cannot be read ("
                    + e.getClass().getSimpleName()
                    + "); check the path, and whether the job that writes it has started its server");
        }
        List<URI> addresses = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                try {
                    addresses.add(AiServerAddress.parse(line).uri());
                } catch (IllegalArgumentException e) {
                    throw CommandFailure.wrongInput(
                            "--ai-server: line " + (i + 1) + " of " + file + ": " + e.getMessage());
                }
            }
        }
        if (addresses.isEmpty()) {
            throw CommandFailure.wrongInput("--ai-server: " + file
                    + " holds no address yet; wait until the job that writes it has started its server");
        }
        return addresses;
    }
}
