package aifactory.node.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupSecretTest {
    @TempDir
    private Path directory;

    @Test
    void readsASecretThatOnlyTheOwnerCanRead() throws Exception {
        GroupSecret secret = GroupSecret.read(file("s3cr3t\n", "rw-------"));

        assertThat(secret.authorization()).isEqualTo("Bearer s3cr3t");
        assertThat(GroupSecret.read(file("s3cr3t", "r--------")).authorization())
                .isEqualTo("Bearer s3cr3t");
    }

    @Test
    void admitsItsOwnTokenAlone() throws Exception {
        GroupSecret secret = GroupSecret.read(file("s3cr3t", "rw-------"));

        assertThat(secret.admits("Bearer s3cr3t")).isTrue();
        assertThat(secret.admits("bearer s3cr3t"))
                .as("the scheme's case does not matter")
                .isTrue();
        assertThat(secret.admits("Bearer s3cr3T")).isFalse();
        assertThat(secret.admits("Bearer s3cr3")).isFalse();
        assertThat(secret.admits("Bearer s3cr3t2")).isFalse();
        assertThat(secret.admits("Bearer ")).isFalse();
        assertThat(secret.admits("s3cr3t")).isFalse();
        assertThat(secret.admits("Basic s3cr3t")).isFalse();
        assertThat(secret.admits("")).isFalse();
        assertThat(secret.admits(null)).isFalse();
    }

    @Test
    void isNeverPrinted() throws Exception {
        assertThat(GroupSecret.read(file("s3cr3t", "rw-------"))).asString().doesNotContain("s3cr3t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-rw-rw-", "rwx------", "rw-----w-"})
    void refusesAFileThatIsOpenToOthers(String permissions) throws Exception {
        Path file = file("s3cr3t", permissions);

        assertThatThrownBy(() -> GroupSecret.read(file))
                .isInstanceOf(NodeProblemException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(permissions)
                .hasMessageContaining("chmod 600")
                .hasMessageNotContaining("s3cr3t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", "two words", "line\nbreak", "ünïcode"})
    void refusesAFileThatHoldsNoSecret(String content) throws Exception {
        Path file = file(content, "rw-------");

        assertThatThrownBy(() -> GroupSecret.read(file))
                .isInstanceOf(NodeProblemException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("holds no secret");
    }

    @Test
    void refusesAnEndlessFileAndOneThatIsNotThere() throws Exception {
        Path huge = file("x".repeat(5_000), "rw-------");
        assertThatThrownBy(() -> GroupSecret.read(huge)).isInstanceOf(NodeProblemException.class);

        assertThatThrownBy(() -> GroupSecret.read(directory.resolve("missing")))
                .isInstanceOf(NodeProblemException.class)
                .hasMessageContaining("does not exist")
                .hasMessageContaining("AIFACTORY_GROUP_SECRET_FILE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://login1:8001", "HTTP://login1:8001", "http://127.0.0.1:1", "http://[::1]:8001"})
    void isNotSentWithoutTlsWhereTheCertificateIsPinned(String plain) throws Exception {
        GroupSecret pinned = GroupSecret.read(file("s3cr3t\ncertificate-sha256 " + "a".repeat(64) + "\n", "rw-------"));
        URI encrypted = URI.create("https://login1:8001");

        pinned.check(List.of(encrypted));
        assertThatThrownBy(() -> pinned.check(List.of(encrypted, URI.create(plain))))
                .isInstanceOf(NodeProblemException.class)
                .hasMessageContaining(plain)
                .hasMessageContaining("https://")
                .hasMessageNotContaining("s3cr3t");
        GroupSecret.read(file("s3cr3t\n", "rw-------")).check(List.of(URI.create(plain)));
    }

    private Path file(String content, String permissions) throws IOException {
        Path file = Files.createTempFile(directory, "secret", "");
        Files.writeString(file, content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
