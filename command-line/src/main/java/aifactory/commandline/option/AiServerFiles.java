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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Files with the addresses of AI servers, as the jobs that start servers write them: one address per line; blank lines
 * and lines that begin with {@code #} are skipped. The last line ends with a newline, too: without one, its job may
 * still be writing it. They are named {@code file:PATH}. Stateless.
 */
public final class AiServerFiles {
    private static final String SCHEME = "file:";
    private static final int LARGEST_BYTES = 1 << 20;
    private static final String BYTE_ORDER_MARK = "\ufeff";

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

    /**
     * The addresses, with those of each file in its place. Relative paths are below the working directory. An address
     * that occurs more than once is one server; a note says so.
     */
    public static List<URI> expand(Session session, List<URI> addresses) {
        List<URI> all = new ArrayList<>();
        for (URI address : addresses) {
            if (SCHEME.equals(address.getScheme() + ":")) {
                all.addAll(read(session.resolve(address.getSchemeSpecificPart())));
            } else {
                all.add(address);
            }
        }
        return distinct(session, all);
    }

    /** Each address once, in order. Jobs that start again append the address that they had. */
    public static List<URI> distinct(Session session, List<URI> addresses) {
        Set<URI> seen = new LinkedHashSet<>();
        Set<URI> repeated = new LinkedHashSet<>();
        for (URI address : addresses) {
            if (!seen.add(address)) {
                repeated.add(address);
            }
        }
        for (URI address : repeated) {
            session.note("note: AI server " + address + " is given more than once and measured as one server");
        }
        return List.copyOf(seen);
    }

    /**
     * The addresses of a file, at least one.
     *
     * @throws CommandFailure names the file, the line and what is expected
     */
    public static List<URI> read(Path file) {
        String text = text(file);
        if (!text.isEmpty() && !text.endsWith("\n")) {
            long line = text.lines().count();
            throw CommandFailure.wrongInput("--ai-server: line " + line + " of " + file
                    + " has no newline at its end, so that the job that writes the file may not have finished it;"
                    + " wait for the job, or end the line");
        }
        List<String> lines = text.lines().toList();
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

    private static String text(Path file) {
        try {
            if (Files.size(file) > LARGEST_BYTES) {
                throw CommandFailure.wrongInput(
                        "--ai-server: " + file + " is larger than 1 MiB: it has to hold one address per line");
            }
            String text = Files.readString(file);
            return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw CommandFailure.wrongInput("--ai-server: " + file + " is not a text file with one address per line");
        } catch (IOException e) {
            throw CommandFailure.wrongInput("--ai-server: " + file + " cannot be read ("
                    + e.getClass().getSimpleName()
                    + "); check the path, and whether the job that writes it has started its server");
        }
    }
}
