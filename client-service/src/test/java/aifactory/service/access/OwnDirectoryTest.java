package aifactory.service.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import aifactory.service.ServiceStartException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same as root and as any other user. */
final class OwnDirectoryTest {
    @TempDir
    Path directory = Path.of("");

    private Path made(String name, String permissions) throws IOException {
        Path path = Files.createDirectories(directory.resolve(name));
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private static void isRefused(Path path, String... words) {
        assertThatThrownBy(() -> OwnDirectory.make(path))
                .isInstanceOf(ServiceStartException.class)
                .hasMessageContainingAll(words);
    }

    @Test
    void whatIsMadeIsItsOwnersAlone() throws Exception {
        Path shared = directory.resolve("a/b/shared");
        OwnDirectory.make(shared);
        OwnDirectory.make(shared);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(shared)))
                .isEqualTo("rwx------");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwx---", "rwx---rwx", "rwxrwxrwx", "rwx-w----", "rwx----w-"})
    void aDirectoryThatOthersCanWriteIsRefusedWithTheCommandThatCorrectsIt(String permissions) throws Exception {
        Path shared = made("shared", permissions);
        isRefused(shared, shared.toString(), "other users can write to it", "chmod go-w " + shared, "mode 0");
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
        OwnDirectory.make(shared);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwx---", "rwxrwxrwx", "rwx----wx"})
    void soIsOneBelowADirectoryInWhichOthersCanExchangeIt(String permissions) throws Exception {
        Path parent = made("project", permissions);
        isRefused(parent.resolve("deep/shared"), parent.toString(), "other users can replace", "chmod go-w " + parent);
    }

    @Test
    void theStickyBitKeepsThemFromDoingSo() throws Exception {
        Path scratch = made("scratch", "rwxrwxrwx");
        assertThat(new ProcessBuilder("chmod", "1777", scratch.toString())
                        .start()
                        .waitFor())
                .isZero();
        OwnDirectory.make(scratch.resolve("mine"));
        isRefused(scratch, "other users can write to it");
    }

    @Test
    void linksAreFollowedAndWhatTheyLeadThroughIsCheckedToo() throws Exception {
        Path real = made("real", "rwx------");
        Path open = made("open", "rwxrwxrwx");
        Files.createSymbolicLink(directory.resolve("good"), Path.of("real"));
        OwnDirectory.make(directory.resolve("good"));
        OwnDirectory.make(directory.resolve("good/../real"));

        // A link in a world-writable directory may lead elsewhere tomorrow, even if it leads to the user's own
        // directory today.
        Files.createSymbolicLink(open.resolve("hop"), real);
        Files.createSymbolicLink(directory.resolve("bad"), open.resolve("hop"));
        isRefused(directory.resolve("bad"), open.toString());
        Files.createSymbolicLink(directory.resolve("loop"), directory.resolve("loop"));
        isRefused(directory.resolve("loop/shared"), "loop");
    }

    @Test
    void whatBelongsToAnotherUserIsRefused() throws Exception {
        Path theirs = made("theirs", "rwxr-xr-x");
        // Only root can give a directory away; another user finds one that is root's.
        boolean isRoot =
                new ProcessBuilder("chown", "12345", theirs.toString()).start().waitFor() == 0;
        Path foreign = isRoot ? theirs : Path.of("/usr");
        assumeThat(foreign).exists();
        assertThatThrownBy(() -> OwnDirectory.check(foreign))
                .isInstanceOf(ServiceStartException.class)
                .hasMessageContainingAll(foreign.toString(), "belongs to another user");
        if (isRoot) {
            isRefused(theirs.resolve("below"), theirs.toString(), "owner 12345", "belongs to another user");
        }
    }

    /**
     * As {@code /proc/self/uid_map} shows them: a machine, a container of a user, one within another, rootless Podman.
     */
    @Test
    void containersOfUsersAreRecognised() {
        assertThat(OwnDirectory.isUserNamespace(List.of("         0          0 4294967295")))
                .isFalse();
        assertThat(OwnDirectory.isUserNamespace(List.of("      2001       2001          1")))
                .isTrue();
        assertThat(OwnDirectory.isUserNamespace(List.of("      2001          0          1")))
                .isTrue();
        assertThat(OwnDirectory.isUserNamespace(
                        List.of("         0       2001          1", "         1     100000      65536")))
                .isTrue();
    }

    /** Of a file below {@code /proc/sys}, a read of one byte gets the first digit, and the next read nothing. */
    @Test
    void theNumberOfUnmappedUsersIsReadWhole() throws Exception {
        Process cat = new ProcessBuilder("cat", "/proc/sys/kernel/overflowuid").start();
        String printed = new String(cat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(OwnDirectory.overflowNumber()).isEqualTo(Integer.parseInt(printed.strip()));
    }
}
