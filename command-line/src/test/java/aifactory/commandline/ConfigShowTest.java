package aifactory.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.commandline.InvocationHarness.Outcome;
import aifactory.protocol.JsonFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class ConfigShowTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @Test
    void takesTheEnvironmentBeforeTheFileBeforeTheDefault() throws IOException {
        Path file = writeFile("config.yaml", "port: 9001\nhost: 10.0.0.1\nai_server: [http://a:1, http://b:2]\n");
        InvocationHarness harness = new InvocationHarness(directory).with("AIFACTORY_PORT", "9002");

        assertShown(harness, file, "port", "9002", "environment AIFACTORY_PORT");
        assertShown(harness, file, "host", "10.0.0.1", "file " + file);
        assertShown(harness, file, "ai_server", "http://a:1,http://b:2", "file " + file);
        assertShown(harness, file, "dispatcher", "local", "default");
    }

    @Test
    void readsTheNamesThatTheSeedGaveToTheEnvironment() {
        InvocationHarness harness = new InvocationHarness(directory)
                .with("CLIENT_SERVICE_HOST", "login1")
                .with("CLIENT_SERVICE_PORT", "8002")
                .with("AI_SERVER_HOST", "node17")
                .with("AI_SERVER_PORT", "8123");

        assertShown(harness, null, "advertise", "login1", "environment CLIENT_SERVICE_HOST");
        assertShown(harness, null, "port", "8002", "environment CLIENT_SERVICE_PORT");
        assertShown(harness, null, "ai_server", "http://node17:8123", "environment AI_SERVER_HOST, AI_SERVER_PORT");
    }

    @Test
    void findsTheFileInTheHomeDirectory() throws IOException {
        Path file = writeFile(".config/aifactory/config.yaml", "max_failed: 3\n");

        assertShown(new InvocationHarness(directory), null, "max_failed", "3", "file " + file);
    }

    @Test
    void namesTheKeyThatWasMeant() throws IOException {
        Path file = writeFile("config.yaml", "prot: 9001\n");
        Outcome outcome = new InvocationHarness(directory).run("config", "show", "--config", file.toString());

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.errorLines())
                .containsExactly("aifactory: unknown key 'prot' in " + file + ": did you mean 'port'?");
    }

    @Test
    void namesTheLineOfAMistakeInTheFile() throws IOException {
        Path file = writeFile("config.yaml", "port: 1\nhost: [a\n");
        Outcome outcome = new InvocationHarness(directory).run("config", "show", "--config", file.toString());

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.errorLines()).hasSize(1);
        assertThat(outcome.err()).contains(file + ", line ");
    }

    private Path writeFile(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static void assertShown(
            InvocationHarness harness, @Nullable Path file, String key, String value, String source) {
        Outcome outcome = file == null
                ? harness.run("config", "show", "--json")
                : harness.run("config", "show", "--json", "--config", file.toString());
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        for (JsonNode setting : JsonFormat.mapper().readTree(outcome.out())) {
            if (setting.path("key").asString().equals(key)) {
                assertThat(setting.path("value").asString()).isEqualTo(value);
                assertThat(setting.path("source").asString()).isEqualTo(source);
                return;
            }
        }
        throw new AssertionError("no key " + key + " in " + outcome.out());
    }
}
