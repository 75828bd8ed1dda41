package aifactory.service.access;

import aifactory.service.ServiceStartException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lock on the data directory: one service uses it at a time, on any port. The kernel releases it with the process.
 * The locked file keeps the port at which the clients of the latest service expect it. Used by one thread.
 */
public final class ServiceLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceLock.class);
    private static final int LONGEST_PORT = 5;
    private static final int HIGHEST_PORT = 65_535;

    private final Path file;
    private final FileChannel channel;

    private ServiceLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Locks the directory.
     *
     * @throws ServiceStartException if another service uses it
     */
    public static ServiceLock acquire(Path dataDirectory) throws ServiceStartException {
        Path file = dataDirectory.resolve("service.lock");
        try {
            FileChannel channel = FileChannel.open(
                    file,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            if (!isLocked(file, channel)) {
                channel.close();
                throw new ServiceStartException("another Client Service uses the data directory " + dataDirectory
                        + ": stop it, or choose another directory with --data-dir");
            }
            return new ServiceLock(file, channel);
        } catch (IOException e) {
            throw new ServiceStartException("the file " + file + " cannot be opened: " + e.getMessage()
                    + "; correct its permissions, or choose another directory with --data-dir");
        }
    }

    private static boolean isLocked(Path file, FileChannel channel) {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // A service in this process holds it.
            return false;
        } catch (IOException e) {
            // Some network file systems have no locks. SQLite is refused there, and PostgreSQL has a lock as well.
            LOG.warn("{} cannot be locked: {}", file, e.getMessage());
            return true;
        }
    }

    /** The port of the latest service that used the directory; empty if it is not known. */
    public OptionalInt latestPort() {
        try {
            ByteBuffer content = ByteBuffer.allocate(LONGEST_PORT);
            channel.read(content, 0);
            int port = Integer.parseInt(
                    new String(content.array(), 0, content.position(), StandardCharsets.US_ASCII).strip());
            return port > 0 && port <= HIGHEST_PORT ? OptionalInt.of(port) : OptionalInt.empty();
        } catch (IOException | NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    /** Records the port for the next service. */
    public void record(int port) throws ServiceStartException {
        try {
            byte[] content = (port + "\n").getBytes(StandardCharsets.US_ASCII);
            channel.write(ByteBuffer.wrap(content), 0);
            channel.truncate(content.length);
            channel.force(false);
        } catch (IOException e) {
            throw new ServiceStartException("the file " + file + " cannot be written: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // The lock ends with the process at the latest.
        }
    }
}
