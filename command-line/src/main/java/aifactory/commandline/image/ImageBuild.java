package aifactory.commandline.image;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.session.Session;
import aifactory.commandline.version.BuildInformation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds the image that clients run in. Builds of one image wait for each other; an image appears under its name only
 * when it is whole, so that a job never starts half of one.
 */
public final class ImageBuild {
    private static final String DEFINITION = "client-service.def";
    private static final Duration LOCK_POLL = Duration.ofMillis(500);

    private final Session session;
    private final ImageOrder order;

    public ImageBuild(Session session, ImageOrder order) {
        this.session = session;
        this.order = order;
    }

    /** @throws CommandFailure names what is missing or conflicting, and the remedy */
    public BuiltImage run() {
        if (!Files.isRegularFile(order.tarball())) {
            throw CommandFailure.wrongInput("there is no tarball " + order.tarball()
                    + ": make it with packaging/build in a checkout, or name it with --tarball FILE");
        }
        refuseTaken();
        Path directory = parent(order.image());
        if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
            throw CommandFailure.wrongInput("cannot write in " + directory + ", where the image " + order.image()
                    + " is to be: make the directory, or give another --output FILE");
        }
        try {
            return locked(directory);
        } catch (IOException e) {
            throw CommandFailure.wrongInput("the image " + order.image() + " cannot be written ("
                    + e.getClass().getSimpleName() + ": " + e.getMessage() + "); is there room left in " + directory
                    + "?");
        }
    }

    private void refuseTaken() {
        if (Files.exists(order.image()) && !order.replace()) {
            throw CommandFailure.wrongInput("there is " + order.image()
                    + " already, and jobs may be using it: give another --output FILE, or --replace it");
        }
    }

    private BuiltImage locked(Path directory) throws IOException {
        Path lockFile = directory.resolve("." + order.image().getFileName() + ".lock");
        // The lock's file stays: deleting it could delete it under another process that waits for it.
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = lock(channel)) {
            if (!lock.isValid()) {
                throw new IOException("the lock on " + lockFile + " was lost");
            }
            // Another process may have built it while this one waited.
            refuseTaken();
            removeLeftovers(directory);
            Path partial = directory.resolve(prefix() + ProcessHandle.current().pid() + ".partial");
            Path work = Files.createTempDirectory(session.temporaryDirectory(), "aifactory-image-");
            try {
                return build(partial, work);
            } finally {
                Files.deleteIfExists(partial);
                deleteFiles(work);
            }
        }
    }

    private FileLock lock(FileChannel channel) throws IOException {
        boolean told = false;
        while (true) {
            FileLock lock = tryLock(channel);
            if (lock != null) {
                return lock;
            }
            if (!told) {
                session.note("another build of " + order.image() + " is under way; waiting for it");
                told = true;
            }
            session.interruption().pause(LOCK_POLL);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private BuiltImage build(Path partial, Path work) throws IOException {
        String tarballChecksum = FileChecksum.of(order.tarball());
        FileChecksum.check(order.tarball(), tarballChecksum);
        Path definition = work.resolve(DEFINITION);
        try (InputStream resource = ImageBuild.class.getResourceAsStream(DEFINITION)) {
            if (resource == null) {
                throw new IllegalStateException(
                        DEFINITION + " is missing: the program was packaged without its resources");
            }
            Files.copy(resource, definition);
        }
        session.note("building " + order.image() + " from " + order.tarball() + ", which takes a minute or two");
        new ApptainerBuild(session, order.apptainer())
                .run(
                        List.of(
                                "--build-arg",
                                "tarball=" + order.tarball(),
                                "--build-arg",
                                "version=" + BuildInformation.ofThisProgram().version(),
                                "--build-arg",
                                "sha256=" + tarballChecksum,
                                partial.toString(),
                                definition.toString()),
                        partial,
                        work.resolve("log"));
        String checksum = FileChecksum.of(partial);
        long bytes = Files.size(partial);
        Files.move(partial, order.image(), StandardCopyOption.ATOMIC_MOVE);
        Files.writeString(FileChecksum.besides(order.image()), FileChecksum.line(order.image(), checksum));
        return new BuiltImage(order.image().toString(), bytes, checksum, tarballChecksum);
    }

    /** The leftovers of a killed build: this process holds the lock, so no other process is writing. */
    private void removeLeftovers(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, this::isLeftover)) {
            for (Path leftover : files) {
                Files.delete(leftover);
            }
        }
    }

    private boolean isLeftover(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.startsWith(prefix()) && name.endsWith(".partial");
    }

    private String prefix() {
        return "." + order.image().getFileName() + ".";
    }

    private static void deleteFiles(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        return parent == null ? file : parent;
    }
}
