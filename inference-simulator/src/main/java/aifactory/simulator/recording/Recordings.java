package aifactory.simulator.recording;

import aifactory.simulator.Recording;
import aifactory.simulator.internal.replay.RecordingParser;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads recordings from files of JSON lines. Their format is described in {@code docs/recordings.md}; a file in another
 * format is rejected with an {@link IllegalArgumentException} that names the file, the line and what was expected.
 */
public final class Recordings {
    private static final String SUFFIX = ".jsonl";
    private static final int MOST_FILES = 1_000;
    private static final int DEEPEST = 4;
    private static final int MOST_BYTES = 64 << 20;

    private Recordings() {}

    /**
     * The recordings of a file, or of all files below a directory whose names end with {@code .jsonl}, in their order.
     */
    public static List<Recording> read(Path fileOrDirectory) {
        List<Recording> recordings = new ArrayList<>();
        Set<String> names = new HashSet<>();
        long bytes = 0;
        try {
            for (Path file : files(fileOrDirectory)) {
                bytes += Files.size(file);
                if (bytes > MOST_BYTES) {
                    throw invalid(fileOrDirectory, "more than " + MOST_BYTES + " bytes of recordings");
                }
                for (Recording recording : RecordingParser.parse(file, text(file))) {
                    if (!names.add(recording.name())) {
                        throw invalid(file, "a second recording with the name '" + recording.name() + "'");
                    }
                    recordings.add(recording);
                }
            }
        } catch (NoSuchFileException e) {
            throw invalid(fileOrDirectory, "there is no such file");
        } catch (CharacterCodingException e) {
            throw invalid(fileOrDirectory, "not UTF-8");
        } catch (IOException e) {
            throw invalid(fileOrDirectory, "cannot be read: " + e.getMessage());
        }
        if (recordings.isEmpty()) {
            throw invalid(fileOrDirectory, "no recording in it (expected files of JSON lines, named *" + SUFFIX + ")");
        }
        return recordings;
    }

    private static List<Path> files(Path fileOrDirectory) throws IOException {
        if (!Files.isDirectory(fileOrDirectory)) {
            if (Files.exists(fileOrDirectory) && !Files.isRegularFile(fileOrDirectory)) {
                throw invalid(fileOrDirectory, "neither a file nor a directory");
            }
            return List.of(fileOrDirectory);
        }
        try (Stream<Path> walk = Files.walk(fileOrDirectory, DEEPEST)) {
            List<Path> files = walk.filter(file -> file.toString().endsWith(SUFFIX) && Files.isRegularFile(file))
                    .sorted()
                    .limit(MOST_FILES + 1)
                    .toList();
            if (files.size() > MOST_FILES) {
                throw invalid(fileOrDirectory, "more than " + MOST_FILES + " files");
            }
            return files;
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    private static IllegalArgumentException invalid(Path file, String why) {
        return new IllegalArgumentException("--replay " + file + ": " + why);
    }
}
