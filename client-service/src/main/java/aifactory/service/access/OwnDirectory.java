package aifactory.service.access;

import aifactory.service.ServiceStartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A directory that holds secrets, scripts or the program itself is used only if it is the user's own and no other user
 * can replace it or what is in it: as ssh does, every directory on the way to it has to belong to the user or to root
 * and to be writable by its owner alone. Where others may write, as in {@code /tmp}, the sticky bit has to keep them
 * from renaming what is not theirs. Stateless.
 */
public final class OwnDirectory {
    private static final int WRITABLE_BY_OTHERS = 022;
    private static final int STICKY = 01000;
    private static final int MOST_LINKS = 40;

    private OwnDirectory() {}

    /**
     * Makes the directory, for its owner alone, unless there is one, and checks it.
     *
     * @throws ServiceStartException names the directory at fault, its owner and mode, and the remedy
     */
    public static void make(Path directory) throws ServiceStartException {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            if (!Files.isWritable(directory)) {
                throw new IOException("it cannot be written");
            }
        } catch (IOException e) {
            throw new ServiceStartException("the directory " + directory + " cannot be used: " + e.getMessage()
                    + "; choose another or correct its permissions");
        }
        check(directory);
    }

    /**
     * Checks a directory, which exists.
     *
     * @throws ServiceStartException as {@link #make}
     */
    public static void check(Path directory) throws ServiceStartException {
        try {
            new Walk(directory.toAbsolutePath()).run();
        } catch (IOException e) {
            throw new ServiceStartException("the write permissions of the directory " + directory
                    + " cannot be determined: " + e.getMessage() + "; choose another or correct its permissions");
        }
    }

    private record Owned(int owner, int mode) {
        static Owned of(Path path) throws IOException {
            Map<String, Object> attributes = Files.readAttributes(path, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
            return new Owned((Integer) Objects.requireNonNull(attributes.get("uid")), (Integer)
                    Objects.requireNonNull(attributes.get("mode")));
        }

        boolean isWritableByOthers() {
            return (mode & WRITABLE_BY_OTHERS) != 0;
        }

        String words() {
            return "owner " + owner + ", mode " + String.format("%04o", mode & 07777);
        }
    }

    /**
     * Whether users are mapped, as in a container that an ordinary user started. There, directories of users that have
     * no number inside, root among them, show the overflow number. The outer number of a line does not tell root from
     * others: in nested namespaces it is a number of the parent namespace.
     *
     * @param uidMap lines of {@code /proc/self/uid_map}: first number inside, first number outside, how many
     */
    static boolean isUserNamespace(List<String> uidMap) {
        return !uidMap.stream()
                .map(line -> line.strip().replaceAll("\\s+", " "))
                .toList()
                .equals(List.of("0 0 4294967295"));
    }

    /**
     * The number that users show who have none inside. By lines, through a buffer: files below {@code /proc/sys} give
     * everything to the first read, however short, and no more.
     */
    static int overflowNumber() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/sys/kernel/overflowuid"));
        return Integer.parseInt(lines.getFirst().strip());
    }

    /** From the root to the directory, through every link on the way. */
    private static final class Walk {
        private final Path directory;
        private final int self;
        private final boolean rootIsUnmapped;
        private final int overflow;
        private final Deque<Path> left = new ArrayDeque<>();
        private Path place;
        private int links;

        Walk(Path directory) throws IOException {
            this.directory = directory;
            this.place = directory.getRoot();
            this.self = Owned.of(Path.of("/proc/self/").toRealPath()).owner();
            this.rootIsUnmapped = isRootUnmapped();
            this.overflow = overflowNumber();
            directory.forEach(left::addLast);
        }

        void run() throws IOException, ServiceStartException {
            while (!left.isEmpty()) {
                step(left.removeFirst());
            }
            Owned own = Owned.of(place);
            if (own.owner() != self) {
                throw refused(place, own, "it belongs to another user", "choose a directory that belongs to you");
            }
            if (own.isWritableByOthers()) {
                throw refused(place, own, "other users can write to it", "run 'chmod go-w " + place + "'");
            }
        }

        private void step(Path name) throws IOException, ServiceStartException {
            String text = name.toString();
            if (text.isEmpty() || text.equals(".")) {
                return;
            }
            if (text.equals("..")) {
                place = place.getParent() == null ? place : place.getParent();
                return;
            }
            checkOnTheWay(place);
            Path next = place.resolve(name);
            if (!Files.isSymbolicLink(next)) {
                place = next;
                return;
            }
            Owned link = Owned.of(next);
            if (!isTrusted(link.owner())) {
                throw refused(
                        next,
                        link,
                        "it is a link of another user, who can redirect it",
                        "name the directory itself, or choose another");
            }
            if (++links > MOST_LINKS) {
                throw new IOException("more than " + MOST_LINKS + " links lead to it");
            }
            Path target = Files.readSymbolicLink(next);
            if (target.isAbsolute()) {
                place = target.getRoot();
            }
            for (int element = target.getNameCount() - 1; element >= 0; element--) {
                left.addFirst(target.getName(element));
            }
        }

        private void checkOnTheWay(Path ancestor) throws IOException, ServiceStartException {
            Owned owned = Owned.of(ancestor);
            // Root owns the root of the file system; every other directory must be owned by this user.
            if (!isTrusted(owned.owner()) && ancestor.getParent() != null) {
                throw refused(
                        ancestor,
                        owned,
                        "it belongs to another user, who can replace its contents",
                        "choose a directory below a directory that you own");
            }
            if (owned.isWritableByOthers() && (owned.mode() & STICKY) == 0) {
                throw refused(
                        ancestor,
                        owned,
                        "other users can replace its contents",
                        owned.owner() == self
                                ? "run 'chmod go-w " + ancestor + "'"
                                : "have its owner run 'chmod go-w " + ancestor + "', or choose another directory");
            }
        }

        private boolean isTrusted(int owner) {
            return owner == self || owner == 0 || (rootIsUnmapped && owner == overflow);
        }

        private static boolean isRootUnmapped() throws IOException {
            return isUserNamespace(Files.readAllLines(Path.of("/proc/self/uid_map")));
        }

        private ServiceStartException refused(Path at, Owned owned, String why, String remedy) {
            String where = at.equals(directory) ? "the directory " + at : "the directory " + directory + ": " + at;
            return new ServiceStartException(
                    where + " (" + owned.words() + ") cannot be trusted: " + why + "; " + remedy);
        }
    }

    /** Whether the file is a regular one of this user that no other user can write; a link is not. */
    public static boolean isOwnFile(Path file) throws IOException {
        try {
            Owned owned = Owned.of(file);
            int self = Owned.of(Path.of("/proc/self/").toRealPath()).owner();
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && owned.owner() == self
                    && !owned.isWritableByOthers();
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
