package aifactory.commandline.composition;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class NativeLibrariesTest {
    private static final List<String> MOUNTS = List.of(
            "/dev/sda1 / ext4 rw,relatime 0 0",
            "tmpfs /tmp tmpfs rw,nosuid,nodev,noexec,relatime 0 0",
            "tmpfs /tmp/within tmpfs rw 0 0",
            "/dev/sdb /with\\040space ext4 rw,noexec 0 0",
            "/dev/sdc /twice ext4 rw,noexec 0 0",
            "/dev/sdc /twice ext4 rw 0 0",
            "broken");

    private static boolean isWithout(String path) {
        return NativeLibraries.isWithoutExecution(Path.of(path), MOUNTS);
    }

    @Test
    void theNearestMountDecides() {
        assertThat(isWithout("/home/me")).isFalse();
        assertThat(isWithout("/tmp/aifactory-1/native")).isTrue();
        assertThat(isWithout("/tmpfs")).isFalse();
        assertThat(isWithout("/tmp/within/x")).isFalse();
        assertThat(isWithout("/tmp/within/../x")).isTrue();
        assertThat(isWithout("/with space/x")).isTrue();
        assertThat(isWithout("/twice/x")).isFalse();
    }
}
