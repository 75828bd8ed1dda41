package aifactory.workload.dataset.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** The files that a dataset consists of: a file, or those of a directory in the order of their names. Stateless. */
final class DatasetFiles {
    private static final int MOST_FILES = 1_000;
    private static final List<String> SUFFIXES =
            List.of(".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".txt", ".parquet");
    private static final List<String> COMPRESSED = List.of(".gz", ".zst", ".zstd");
    /** What hubs keep next to the data. */
    private static final Set<String> DESCRIPTIONS = Set.of(
            "dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json", "config.json", "license.txt");

    private DatasetFiles() {}

    /**
     * The files.
     *
     * @throws DatasetException when there are none, or they cannot be read
     */
    static List<Path> of(Path path) throws DatasetException {
        if (!Files.exists(path)) {
            throw new DatasetException("does not exist on this node");
        }
        if (!Files.isDirectory(path)) {
            return List.of(readable(path));
        }
        try (Stream<Path> below = Files.walk(path, 8)) {
            List<Path> files = below.filter(DatasetFiles::isData)
                    .limit(MOST_FILES + 1L)
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new DatasetException("is a directory without files that end in " + String.join(", ", SUFFIXES)
                        + " (also with " + String.join(", ", COMPRESSED) + ")");
            }
            if (files.size() > MOST_FILES) {
                throw new DatasetException("is a directory with more than " + MOST_FILES + " files: join them");
            }
            for (Path file : files) {
                readable(file);
            }
            return files;
        } catch (IOException e) {
            throw new DatasetException("cannot be read: " + e.getMessage());
        }
    }

    private static Path readable(Path file) throws DatasetException {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new DatasetException("is not a file that can be read");
        }
        return file;
    }

    private static boolean isData(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return Files.isRegularFile(file)
                && !name.startsWith(".")
                && !DESCRIPTIONS.contains(name)
                && SUFFIXES.stream().anyMatch(uncompressed(name)::endsWith);
    }

    /** A name without the suffix of a compression. */
    static String uncompressed(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (String suffix : COMPRESSED) {
            if (lower.endsWith(suffix)) {
                return name.substring(0, name.length() - suffix.length());
            }
        }
        return name;
    }
}
