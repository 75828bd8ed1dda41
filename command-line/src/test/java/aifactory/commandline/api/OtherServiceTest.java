package aifactory.commandline.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OtherServiceTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    private Path service(String name, long processId) throws IOException {
        Path data = Files.createDirectory(directory.resolve(name));
        Files.writeString(
                data.resolve(Discovery.FILE),
                "{\"url\": \"http://127.0.0.1:1\", \"token_file\": null, \"process_id\": " + processId + "}");
        return data;
    }

    @Test
    void aServiceElsewhereIsFoundWhileItRuns() throws IOException {
        Path data = service("elsewhere", ProcessHandle.current().pid());
        Path usual = directory.resolve("usual");

        try (OtherService _ = OtherService.publish(data, usual)) {
            assertThat(Discovery.readOther(usual)).get().matches(Discovery::isAlive);
            assertThat(Discovery.read(usual))
                    .as("benchmarks start their own service")
                    .isEmpty();
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(usual.resolve(Discovery.OTHER_FILE))))
                    .isEqualTo("rw-------");
        }

        assertThat(Discovery.readOther(usual)).isEmpty();
    }

    @Test
    void theFirstOfTwoIsFoundAndOneThatWasKilledIsReplaced() throws IOException {
        Path first = service("first", ProcessHandle.current().pid());
        Path second = service("second", ProcessHandle.current().pid());
        Path usual = Files.createDirectory(directory.resolve("usual"));
        Files.writeString(
                usual.resolve(Discovery.OTHER_FILE),
                "{\"url\": \"http://127.0.0.1:9\", \"token_file\": null, \"process_id\": 4194399}");

        try (OtherService _ = OtherService.publish(first, usual)) {
            OtherService.publish(second, usual).close();
            assertThat(Discovery.readOther(usual)).get().matches(Discovery::isAlive);
        }
    }

    @Test
    void theUsualDirectoryNeedsNoCopy() throws IOException {
        Path usual = service("usual", ProcessHandle.current().pid());

        OtherService.publish(usual, usual).close();

        assertThat(usual.resolve(Discovery.FILE)).exists();
        assertThat(usual.resolve(Discovery.OTHER_FILE)).doesNotExist();
    }
}
