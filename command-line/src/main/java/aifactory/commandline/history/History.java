package aifactory.commandline.history;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.configuration.ConfigurationKey;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.session.Interruption;
import aifactory.commandline.session.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The runs of one user in a file of JSON lines to which every change is appended: the last line about a run counts.
 * Writers hold a lock on a file next to it; readers need none, since a line is written at once and half a line is
 * ignored. Used by one thread; several processes may use the same file.
 */
public final class History {
    static final String FILE = "runs.jsonl";
    private static final String LOCK = "runs.lock";
    private static final String DELETED = "deleted";
    private static final long LARGEST_BYTES = 512L << 20;
    /** A file above this size is rewritten when most of its lines no longer count. */
    private static final long COMPACTED_BYTES = 1L << 20;

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);
    private static final Duration RETRY_INTERVAL = Duration.ofMillis(20);
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path directory;
    private final Interruption interruption;
    private final aifactory.measurement.MonotonicClock clock;

    private History(Path directory, Session session) {
        this.directory = directory;
        this.interruption = session.interruption();
        this.clock = session.clock();
    }

    /**
     * The user's history: as configured, else {@code ~/.local/share/aifactory/history}, which all login nodes of a
     * cluster share.
     */
    public static History of(Session session, Configuration configuration) {
        Optional<String> configured = configuration.given(ConfigurationKey.HISTORY_DIR);
        if (configured.isPresent()) {
            return new History(session.resolve(configured.get()), session);
        }
        String data = session.environment().get("XDG_DATA_HOME");
        Path base = data == null || data.isBlank()
                ? session.homeDirectory().resolve(".local").resolve("share")
                : Path.of(data);
        return new History(base.resolve("aifactory").resolve("history"), session);
    }

    /**
     * All that is read.
     *
     * @param entries the newest first
     * @param unreadable lines that are no entries: cut off, or of another program
     */
    public record Contents(List<HistoryEntry> entries, int unreadable) {
        /** The run of that id, else the newest of that name. */
        public Optional<HistoryEntry> find(String idOrName) {
            return entries.stream()
                    .filter(entry -> entry.runId().equals(idOrName))
                    .findFirst()
                    .or(() -> entries.stream()
                            .filter(entry -> idOrName.equals(entry.label().name()))
                            .findFirst());
        }
    }

    public Path file() {
        return directory.resolve(FILE);
    }

    /** Reads the history; empty where there is none. */
    public Contents read() {
        Map<String, HistoryEntry> entries = new LinkedHashMap<>();
        int unreadable = 0;
        Path file = file();
        if (!Files.exists(file)) {
            return new Contents(List.of(), 0);
        }
        try {
            if (Files.size(file) > LARGEST_BYTES) {
                throw CommandFailure.wrongInput("the history " + file + " has " + Files.size(file)
                        + " bytes: move it away, and read the runs that you need with 'aifactory runs import DIR'");
            }
            JsonMapper mapper = JsonMapper.shared();
            // Bytes that are no text become question marks, and their line is no entry.
            try (BufferedReader lines = new BufferedReader(
                    new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8), 1 << 16)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    unreadable += line.isBlank() || apply(mapper, line, entries) ? 0 : 1;
                }
            }
        } catch (IOException e) {
            throw CommandFailure.wrongInput("the history " + file + " cannot be read: " + e.getMessage());
        }
        List<HistoryEntry> sorted = new ArrayList<>(entries.values());
        sorted.sort(Comparator.comparing(HistoryEntry::startedAt).reversed().thenComparing(HistoryEntry::runId));
        return new Contents(List.copyOf(sorted), unreadable);
    }

    private static boolean apply(JsonMapper mapper, String line, Map<String, HistoryEntry> entries) {
        try {
            JsonNode node = mapper.readTree(line);
            String deleted = node.path(DELETED).asString("");
            if (!deleted.isEmpty()) {
                entries.remove(deleted);
                return true;
            }
            Optional<HistoryEntry> entry = HistoryEntry.fromJson(node);
            entry.ifPresent(found -> entries.put(found.runId(), found));
            return entry.isPresent();
        } catch (JacksonException e) {
            return false;
        }
    }

    /** Adds runs, or replaces those of the same ids. */
    public void put(List<HistoryEntry> entries) {
        append(entries.stream().map(entry -> entry.toJson().toString()).toList());
    }

    /** Removes runs; their files stay. */
    public void delete(List<String> runIds) {
        append(runIds.stream()
                .map(id -> {
                    ObjectNode node = JsonMapper.shared().createObjectNode();
                    return node.put(DELETED, id).toString();
                })
                .toList());
    }

    private void append(List<String> lines) {
        try {
            Files.createDirectories(directory, OWNER_ONLY);
            try (FileChannel channel = FileChannel.open(
                            directory.resolve(LOCK),
                            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                            OWNER_FILE);
                    FileLock _ = lock(channel)) {
                write(file(), lines);
                compact();
            }
        } catch (IOException e) {
            throw CommandFailure.wrongInput("the history " + file() + " cannot be written: " + e.getMessage()
                    + "; name another directory with AIFACTORY_HISTORY_DIR");
        }
    }

    private FileLock lock(FileChannel channel) throws IOException {
        long startNanos = clock.nanoTime();
        while (true) {
            FileLock lock = tryLock(channel);
            if (lock != null) {
                return lock;
            }
            if (clock.nanoTime() - startNanos > LONGEST_WAIT.toNanos()) {
                throw new IOException("another program has locked it for " + LONGEST_WAIT.toSeconds() + " s");
            }
            interruption.await(RETRY_INTERVAL);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Another thread of this process.
            return null;
        }
    }

    private static void write(Path file, List<String> lines) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                OWNER_FILE)) {
            StringBuilder text = new StringBuilder();
            if (!endsWithLine(channel)) {
                // A writer was ended in the middle of its line.
                text.append('\n');
            }
            lines.forEach(line -> text.append(line).append('\n'));
            ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
            channel.position(channel.size());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private static boolean endsWithLine(FileChannel channel) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        return channel.size() == 0 || (channel.read(last, channel.size() - 1) == 1 && last.get(0) == '\n');
    }

    /** Rewrites the file where most of its lines no longer count. Lines that cannot be read are kept out of it. */
    private void compact() throws IOException {
        Path file = file();
        if (Files.size(file) < COMPACTED_BYTES) {
            return;
        }
        long lines;
        try (var all = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            lines = all.count();
        }
        List<HistoryEntry> entries = read().entries();
        if (lines < 2L * entries.size()) {
            return;
        }
        Path rewritten = Files.createTempFile(directory, "runs", ".new", OWNER_FILE);
        write(
                rewritten,
                entries.reversed().stream()
                        .map(entry -> entry.toJson().toString())
                        .toList());
        Files.move(rewritten, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
