package aifactory.service.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is hidden, and what is not. */
final class RedactionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HF_TOKEN",
                "OPENAI_API_KEY",
                "api-key",
                "--api-key",
                "password",
                "db.password",
                "client_secret",
                "AWS_SECRET_ACCESS_KEY",
                "Authorization",
                "X-Api-Key",
                "apikey",
                "Cookie"
            })
    void namesOfSecrets(String name) {
        assertThat(Redaction.isSecretName(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "max_tokens",
                "tokenizer",
                "tokenizer_file",
                "api_key_file",
                "tokens",
                "HF_HOME",
                "model",
                "key_path",
                "keyboard",
                "osl",
                "--max-model-len",
                ""
            })
    void otherNames(String name) {
        assertThat(Redaction.isSecretName(name)).isFalse();
    }

    @Test
    void valuesOfHeadersAndEnvironmentsGoWhateverTheirNames() {
        String shown = Redaction.json(Map.of(
                "headers",
                Map.of("X-Tenant", "s3cr3t"),
                "server",
                Map.of("environment", Map.of("A", "s3cr3t"), "arguments", Map.of("api_key", "s3cr3t", "port", 7)),
                "extra_body",
                Map.of("nested", List.of(Map.of("password", "s3cr3t"))),
                "num_clients",
                3));
        assertThat(shown)
                .doesNotContain("s3cr3t")
                .contains("\"X-Tenant\":\"***\"", "\"A\":\"***\"", "\"num_clients\":3", "\"port\":7");
    }

    @Test
    void wordsOfCommands() {
        assertThat(Redaction.command(List.of(
                        "vllm",
                        "serve",
                        "m",
                        "--api-key",
                        "s3cr3t",
                        "--max-model-len",
                        "4096",
                        "--hf-token=s3cr3t",
                        "HF_TOKEN=s3cr3t",
                        "-H",
                        "Authorization: Bearer s3cr3t",
                        "--trust",
                        "--token",
                        "--next",
                        "8")))
                .containsExactly(
                        "vllm",
                        "serve",
                        "m",
                        "--api-key",
                        "***",
                        "--max-model-len",
                        "4096",
                        "--hf-token=***",
                        "HF_TOKEN=***",
                        "-H",
                        "Authorization: ***",
                        "--trust",
                        "--token",
                        "--next",
                        "8");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            sent with Bearer abc.def-ghi today | sent with Bearer *** today
            http://user:pw@host:1/x            | http://***@host:1/x
            http://node17:8000                 | http://node17:8000
            a line of words: with a colon      | a line of words: with a colon
            X-Api-Key: abc                     | X-Api-Key: ***
            """)
    void texts(String text, String shown) {
        assertThat(Redaction.text(text)).isEqualTo(shown);
    }

    @Test
    void causesOfEarlierVersions() {
        assertThat(Redaction.cause("{\"num_clients\":1,\"server\":{\"environment\":{\"A\":\"s3cr3t\"}}}"))
                .isEqualTo("{\"num_clients\":1,\"server\":{\"environment\":{\"A\":\"***\"}}}");
        assertThat(Redaction.cause("{is no JSON")).isEqualTo("{is no JSON");
        assertThat(Redaction.cause("its job runs")).isEqualTo("its job runs");
        assertThat(Redaction.cause(null)).isNull();
    }

    @Test
    void knownValues() {
        assertThat(Redaction.without(List.of("s3cr3t", "a"), "token=s3cr3t of a"))
                .isEqualTo("token=*** of a");
    }
}
