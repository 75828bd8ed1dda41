package aifactory.service.access;

import aifactory.service.ServiceStartException;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The sessions that were signed out before they expired, in a file that outlives the service. At most
 * {@value #MAXIMUM_SESSIONS} are kept by their ids; beyond that, every session that started until then counts as
 * revoked. Thread-safe.
 */
final class RevokedSessions {
    static final int MAXIMUM_SESSIONS = 1_000;

    private static final String ALL_BEFORE = "all-before";

    private final Path file;

    @GuardedBy("this")
    private final Map<String, Long> expiresEpochSeconds = new HashMap<>();

    @GuardedBy("this")
    private long allBeforeEpochSeconds;

    private RevokedSessions(Path file) {
        this.file = file;
    }

    /** Reads those that an earlier process of the service has revoked. */
    static RevokedSessions open(Path file) throws ServiceStartException {
        RevokedSessions sessions = new RevokedSessions(file);
        if (Files.notExists(file)) {
            return sessions;
        }
        try {
            for (String line : Files.readAllLines(file)) {
                String[] words = line.split(" ", -1);
                sessions.restore(words[0], Long.parseLong(words[1]));
            }
            return sessions;
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new ServiceStartException("the file of revoked sessions " + file + " cannot be read ("
                    + e.getMessage() + "): delete it together with the token file, which ends every session");
        }
    }

    private synchronized void restore(String id, long seconds) {
        if (id.equals(ALL_BEFORE)) {
            allBeforeEpochSeconds = seconds;
        } else {
            expiresEpochSeconds.put(id, seconds);
        }
    }

    /** A session is known by its id; whether it has expired is not asked here. */
    synchronized boolean contains(String id, long beganEpochSeconds) {
        return expiresEpochSeconds.containsKey(id) || beganEpochSeconds < allBeforeEpochSeconds;
    }

    /**
     * Revokes a session until it has expired.
     *
     * @throws IOException when it could not be stored; it is revoked as long as this process runs
     */
    synchronized void add(String id, long expires, long nowEpochSeconds) throws IOException {
        expiresEpochSeconds.values().removeIf(ends -> ends <= nowEpochSeconds);
        if (expiresEpochSeconds.size() >= MAXIMUM_SESSIONS) {
            // A second later, so that the session itself and those of the same second are among them.
            allBeforeEpochSeconds = nowEpochSeconds + 1;
            expiresEpochSeconds.clear();
        } else {
            expiresEpochSeconds.put(id, expires);
        }
        store();
    }

    @GuardedBy("this")
    private void store() throws IOException {
        StringBuilder text = new StringBuilder(ALL_BEFORE + " " + allBeforeEpochSeconds + "\n");
        expiresEpochSeconds.forEach(
                (id, expires) -> text.append(id).append(' ').append(expires).append('\n'));
        Path partial = Files.createTempFile(
                file.toAbsolutePath().getParent(),
                "sessions",
                ".partial",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.writeString(partial, text);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    /** For tests: how many are kept by their ids. */
    synchronized int size() {
        return List.copyOf(expiresEpochSeconds.keySet()).size();
    }
}
