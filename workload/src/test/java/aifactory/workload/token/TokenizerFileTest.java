package aifactory.workload.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.workload.LengthDistribution;
import aifactory.workload.LengthSampler;
import aifactory.workload.SeededHash;
import aifactory.workload.Session;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.content.WorkloadContent;
import aifactory.workload.prompt.RequestBodyEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compared with the counts of Hugging Face's Python library: {@code golden.json} was written by it, from tokenizers
 * that it trained (see {@code train.py} next to it).
 */
class TokenizerFileTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"words", "letters"})
    void countsAsTheLibraryThatWroteTheFile(String name) throws Exception {
        JsonNode golden = JsonMapper.shared().readTree(resource("golden.json")).get(name);
        assertThat(golden).hasSizeGreaterThan(20);
        try (TokenizerFile tokenizer = TokenizerFile.open(resource(name + ".json"))) {
            for (JsonNode text : golden) {
                assertThat(tokenizer.count(text.get("text").stringValue()))
                        .as("%s", text)
                        .isEqualTo(text.get("tokens").intValue());
            }
        }
    }

    /**
     * "words" has a token for each common word; "letters" has few, so that its prompts are filled up token by token.
     */
    @ParameterizedTest
    @CsvSource({"words,0", "words,1", "letters,0", "letters,1"})
    void syntheticPromptsHaveExactlyTheAskedTokens(String name, long seed) throws Exception {
        WorkloadSpecification.Builder sample = new WorkloadSpecification.Builder();
        sample.seed = seed;
        sample.concurrency = 1;
        sample.inputLength = new LengthDistribution(LengthDistribution.Shape.UNIFORM, 60, 0, 1, 120);
        sample.tokenizerFile = resource(name + ".json").toString();
        try (WorkloadContent content = WorkloadContent.open(sample.build(), "salt")) {
            RequestBodyEncoder encoder = new RequestBodyEncoder(sample.build(), "m", content.prompts());
            Tokenizer tokenizer = content.tokenizer().orElseThrow();
            for (long index = 0; index < 40; index++) {
                RequestBodyEncoder.EncodedBody body = encoder.encode(new Session(index, index, 1, 0));
                String text = JsonMapper.shared()
                        .readTree(body.bytes())
                        .at("/messages/0/content")
                        .stringValue();
                assertThat(tokenizer.count(text))
                        .as("%s, seed %d, index %d: %s", name, seed, index, text)
                        .isEqualTo(body.inputTokens());
                assertThat(body.inputTokens())
                        .isEqualTo(LengthSampler.sample(
                                sample.inputLength, SeededHash.bits(seed, SeededHash.Purpose.INPUT_LENGTH, index)));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ | is not JSON that can be read",
                "{\"tokenizer_class\": \"x\"} | has no model in it",
                "{\"model\": {\"type\": \"Nonsense\"}} | cannot be used"
            })
    void namesWhatIsWrongWithAFile(String text, String expected) throws IOException {
        Path file = Files.writeString(directory.resolve("tokenizer.json"), text);

        assertThatThrownBy(() -> TokenizerFile.open(file))
                .isInstanceOf(TokenizerException.class)
                .hasMessageStartingWith("tokenizer " + file)
                .hasMessageContaining(expected);
    }

    @Test
    void namesAFileThatIsNotThere() {
        assertThatThrownBy(() -> TokenizerFile.open(directory.resolve("none")))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("does not exist");
    }

    private static Path resource(String name) throws Exception {
        return Path.of(Objects.requireNonNull(TokenizerFileTest.class.getResource(name), name)
                .toURI());
    }
}
