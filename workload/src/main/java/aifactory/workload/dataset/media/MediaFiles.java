package aifactory.workload.dataset.media;

import aifactory.workload.dataset.entry.EntryProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of a dataset's images and audio, all within its directory. Each is checked once; its base64 is kept while
 * there is room for it, so that nothing is read while requests are sent as a rule. Used by one thread at a time.
 */
public final class MediaFiles {
    /** Of one file; servers refuse larger ones. */
    public static final long MOST_BYTES = 20L << 20;

    private static final long MOST_KEPT_BYTES =
            Math.min(256L << 20, Runtime.getRuntime().maxMemory() / 8);

    private static final Pattern OTHER_URL = Pattern.compile("(?s)(?!(?i:file:))[A-Za-z][A-Za-z0-9+.-]+://.*");
    private static final int MOST_KNOWN = 1_000_000;
    private static final int SHOWN = 120;

    private final Path directory;
    private final Map<String, Known> known = new HashMap<>();
    private final Map<Path, String> kept = new HashMap<>();
    private long keptBytes;

    /** A file that has been checked. */
    record Known(Path file, MediaType type, long bytes) {
        /** Characters of its base64. */
        long encodedBytes() {
            return (bytes + 2) / 3 * 4;
        }
    }

    private MediaFiles(Path directory) {
        this.directory = directory;
    }

    /**
     * The files next to a dataset, or below it where it is a directory.
     *
     * @param dataset exists
     */
    public static MediaFiles of(Path dataset) {
        Path absolute = dataset.toAbsolutePath();
        Path parent = Files.isDirectory(absolute) ? absolute : absolute.getParent();
        return new MediaFiles(parent == null ? absolute : parent);
    }

    /**
     * A file.
     *
     * @param reference a path, relative to the directory of the dataset, or a {@code file:} URL
     * @param isImage what it has to be, or else audio
     * @throws EntryProblemException it is not there, outside of the directory, too large or of another type
     */
    Known find(String reference, boolean isImage) throws EntryProblemException {
        Known found = known.get(reference);
        if (found == null) {
            found = check(reference);
            if (known.size() < MOST_KNOWN) {
                known.put(reference, found);
            }
        }
        if (found.type().isImage() != isImage) {
            throw problem(reference, "is " + found.type().contentType() + " and no " + (isImage ? "image" : "audio"));
        }
        return found;
    }

    private Known check(String reference) throws EntryProblemException {
        try {
            Path file = path(reference).toRealPath();
            if (!file.startsWith(directory.toRealPath())) {
                throw problem(reference, "leads out of the directory of the dataset, " + directory);
            }
            if (!Files.isRegularFile(file)) {
                throw problem(reference, "is no file" + (Files.isDirectory(file) ? " but a directory" : ""));
            }
            long bytes = Files.size(file);
            if (bytes > MOST_BYTES) {
                throw problem(reference, "has " + bytes + " bytes, more than " + MOST_BYTES);
            }
            MediaType type = MediaType.of(head(file));
            if (type == null) {
                throw problem(
                        reference,
                        bytes == 0
                                ? "is empty"
                                : "is no PNG, JPEG, GIF or WebP image, and no WAV, MP3, FLAC or Ogg audio");
            }
            return new Known(file, type, bytes);
        } catch (java.nio.file.NoSuchFileException e) {
            throw problem(reference, "does not exist in " + directory);
        } catch (java.nio.file.AccessDeniedException e) {
            throw problem(reference, "may not be read");
        } catch (IOException | InvalidPathException e) {
            throw problem(reference, "cannot be read: " + e.getMessage());
        }
    }

    private Path path(String reference) throws EntryProblemException {
        if (OTHER_URL.matcher(reference).matches()) {
            throw problem(reference, "is a URL that is not supported: give a path, or an https:, http: or data: URL");
        }
        if (!reference.regionMatches(true, 0, "file:", 0, 5)) {
            return directory.resolve(reference);
        }
        try {
            return Path.of(URI.create(reference));
        } catch (RuntimeException e) {
            throw problem(reference, "is no URL of a file");
        }
    }

    private static byte[] head(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(MediaType.HEAD_BYTES);
        }
    }

    /** The base64 of a file that was found. */
    String base64(Known file) throws EntryProblemException {
        String text = kept.get(file.file());
        if (text != null) {
            return text;
        }
        String read = read(file);
        if (keptBytes + read.length() <= MOST_KEPT_BYTES) {
            keptBytes += read.length();
            kept.put(file.file(), read);
        }
        return read;
    }

    private static String read(Known file) throws EntryProblemException {
        try (InputStream in = Files.newInputStream(file.file())) {
            byte[] bytes = in.readNBytes((int) MOST_BYTES + 1);
            if (bytes.length != file.bytes()) {
                throw problem(file.file().toString(), "has changed");
            }
            return Base64.getEncoder().encodeToString(bytes);
        } catch (IOException e) {
            throw problem(file.file().toString(), "cannot be read any more: " + e.getMessage());
        }
    }

    static EntryProblemException problem(@Nullable String reference, String what) {
        String plain = String.valueOf(reference).replaceAll("\\p{Cntrl}", "?");
        String shown = plain.length() <= SHOWN ? plain : plain.substring(0, SHOWN) + "…";
        return new EntryProblemException("'" + shown + "' " + what);
    }
}
