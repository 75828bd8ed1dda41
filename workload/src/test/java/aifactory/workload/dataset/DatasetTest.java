package aifactory.workload.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.Conversation;
import aifactory.workload.DatasetReference;
import aifactory.workload.DatasetReference.Format;
import aifactory.workload.Endpoint;
import aifactory.workload.GroupShare;
import aifactory.workload.LengthDistribution;
import aifactory.workload.Session;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.content.WorkloadContent;
import aifactory.workload.dataset.source.DatasetException;
import aifactory.workload.prompt.RequestBodyEncoder;
import aifactory.workload.session.SessionSequence;
import aifactory.workload.token.TokenizerException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DatasetTest {
    private static final String SHARE_GPT = """
            [{"id": "a", "conversations": [
                {"from": "system", "value": "be kind"}, {"from": "human", "value": "ä \\"quoted\\" question"},
                {"from": "gpt", "value": "an answer"}, {"from": "human", "value": "and then?"}]},
             {"id": "b", "conversations": [{"from": "gpt", "value": "unasked"}]},
             {"id": "c", "conversations": [{"from": "human", "value": "second"}]}]
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path directory;

    @Test
    void linesMayBeTextsPromptsMessagesOrBatchBodies() throws Exception {
        Path file = write("""
                "just a text"
                {"prompt": "short", "output_tokens": 5}

                {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}], "max_tokens": 4}
                {"custom_id": "x", "body": {"model": "other", "temperature": 0.5, "messages": [{"role": "user", "content": "b"}],\
                 "max_tokens": 6}}
                """);
        try (WorkloadContent content = open(sample(Format.JSONL, file))) {
            RequestBodyEncoder encoder = encoder(content);

            assertThat(body(encoder, 0).at("/messages/0/content").stringValue()).isEqualTo("just a text");
            assertThat(body(encoder, 0).get("max_tokens").intValue()).isEqualTo(16);
            assertThat(body(encoder, 1).get("max_tokens").intValue()).isEqualTo(5);
            assertThat(body(encoder, 2).get("messages")).hasSize(2);
            assertThat(body(encoder, 2).get("max_tokens").intValue()).isEqualTo(4);
            assertThat(body(encoder, 3).get("model").stringValue()).isEqualTo("m");
            assertThat(body(encoder, 3).get("temperature").doubleValue()).isEqualTo(0.5);
            assertThat(body(encoder, 3).get("max_tokens").intValue()).isEqualTo(6);
            // After the last entry the first comes again.
            assertThat(body(encoder, 4)).isEqualTo(body(encoder, 0));
        }
    }

    @Test
    void aConversationIsItsFirstTurnUnlessSessionsAreAskedFor() throws Exception {
        Path file = write(SHARE_GPT);
        WorkloadSpecification.Builder sample = sample(Format.SHAREGPT, file);
        try (WorkloadContent content = open(sample)) {
            JsonNode first = body(encoder(content), 0);

            assertThat(first.get("messages")).hasSize(2);
            assertThat(first.at("/messages/0/role").stringValue()).isEqualTo("system");
            assertThat(first.at("/messages/1/content").stringValue()).isEqualTo("ä \"quoted\" question");
            assertThat(body(encoder(content), 1).at("/messages/0/content").stringValue())
                    .isEqualTo("second");
            assertThat(content.notes())
                    .singleElement()
                    .asString()
                    .contains(
                            "1 of 3 entries have nothing to send and are left out: conversation 2 (no turn of a user)");
        }
        sample.conversation = new Conversation(LengthDistribution.constant(9), Duration.ofSeconds(1), Duration.ZERO);
        try (WorkloadContent content = open(sample)) {
            assertThat(content.prompts().turns(0)).isEqualTo(2);
            assertThat(content.prompts().turns(1)).isEqualTo(1);
            JsonNode second = JsonMapper.shared()
                    .readTree(encoder(content)
                            .encode(new Session(0, 0, 2, 0), 1, List.of("real answer".getBytes(StandardCharsets.UTF_8)))
                            .bytes());
            assertThat(second.get("messages")).hasSize(4);
            assertThat(second.at("/messages/2/content").stringValue()).isEqualTo("real answer");
            assertThat(second.at("/messages/3/content").stringValue()).isEqualTo("and then?");
        }
    }

    @Test
    void requestsOfATraceShareTheBlocksThatItSaysTheyShare() throws Exception {
        Path file = write("""
                {"timestamp": 100, "input_length": 1100, "output_length": 7, "hash_ids": [5, 6, 7]}
                {"timestamp": 350.5, "input_length": 1500, "output_length": 8, "hash_ids": [5, 6, 9]}
                {"timestamp": 350.5, "input_length": 20, "output_length": 9}
                """);
        WorkloadSpecification.Builder sample = sample(Format.MOONCAKE, file);
        sample.concurrency = null;
        sample.arrivalPattern = ArrivalPattern.TRACE;
        List<List<String>> words = new ArrayList<>();
        try (WorkloadContent content = open(sample)) {
            SessionSequence sessions = content.sessions(new GroupShare(0, 1));
            RequestBodyEncoder encoder = encoder(content);
            List<Long> times = new ArrayList<>();
            for (Session session = sessions.next(); session != null; session = sessions.next()) {
                times.add(session.scheduledNanos());
                RequestBodyEncoder.EncodedBody encoded = encoder.encode(session);
                JsonNode body = JsonMapper.shared().readTree(encoded.bytes());
                words.add(List.of(
                        body.at("/messages/0/content").stringValue().strip().split(" ")));
            }
            assertThat(times).containsExactly(0L, 250_500_000L, 250_500_000L);
        }
        assertThat(words).extracting(List::size).containsExactly(1100, 1500, 20);
        assertThat(words.get(0).subList(0, 1024)).isEqualTo(words.get(1).subList(0, 1024));
        assertThat(words.get(0).subList(1024, 1034)).isNotEqualTo(words.get(1).subList(1024, 1034));
        try (WorkloadContent otherRun = WorkloadContent.open(sample.build(), "another run")) {
            String text = body(encoder(otherRun), 0).at("/messages/0/content").stringValue();
            assertThat(List.of(text.strip().split(" ")).subList(0, 10))
                    .isNotEqualTo(words.getFirst().subList(0, 10));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "JSONL | {\"prompt\": \"a\"}~{\"prompt\": \"b\" | line 2 is not JSON",
                "JSONL | {\"prompt\": \"a\"}~~{\"prompd\": \"b\"} | line 3 has none of prompt, messages, conversations, turns and body, but prompd",
                "JSONL | {\"prompt\": 5} | line 1 prompt is 5, not a text",
                "JSONL | {\"prompt\": \"a\", \"output_tokens\": -1} | line 1 output_tokens is -1, not a number of tokens",
                "JSONL | {\"messages\": []} | line 1 messages is [], not a list with at least one",
                "JSONL | {\"messages\": [{\"role\": \"user\"}]} | which is no object with a role and a content",
                "JSONL | {\"turns\": [{\"delay\": 3}]} | has a turn without a prompt",
                "JSONL | [1, 2] | line 1 is [1,2]: give a string or a JSON object",
                "JSONL | ~~ | has no entries",
                "MOONCAKE | {\"timestamp\": 0, \"output_length\": 5} | line 1 has no input_length",
                "MOONCAKE | {\"input_length\": 600, \"output_length\": 5, \"hash_ids\": [1]} | 1 hash_ids for an input_length of 600",
                "MOONCAKE | {\"timestamp\": -9, \"input_length\": 6, \"output_length\": 5} | line 1 timestamp is -9",
                "SHAREGPT | {\"id\": 1} | line 1 has no list of conversations",
                "SHAREGPT | [{\"id\": 1}] | conversation 1 has no list of conversations",
                "SHAREGPT | [{\"conversations\": [{\"from\": \"human\", \"value\": \"a\"}]},~{\"conversations\": [} | line 2, conversation 2 is not JSON",
                "SHAREGPT | [{\"conversations\": [{\"from\": \"cat\", \"value\": \"miau\"}]}] | conversation 1 has {\"from\":\"cat\"",
                "SHAREGPT | [] | has no entries",
            })
    void whatIsBrokenIsNamedByItsPlace(Format format, String text, String expected) throws IOException {
        Path file = write(text.replace('~', '\n'));

        assertThatThrownBy(() -> open(sample(format, file)))
                .isInstanceOf(DatasetException.class)
                .hasMessageStartingWith("dataset " + file)
                .hasMessageContaining(expected)
                .extracting(e -> String.valueOf(e.getMessage()).lines().count())
                .isEqualTo(1L);
    }

    @Test
    void bytesThatAreNoUtf8AndLinesWithoutEndAreNamed() throws IOException {
        Path file = directory.resolve("data");
        Files.write(file, new byte[] {'"', 'a', '"', '\n', '"', (byte) 0xff, '"'});
        assertThatThrownBy(() -> open(sample(Format.JSONL, file)))
                .hasMessageContaining("line 2 is not UTF-8 at byte 2");

        Files.writeString(file, "\"" + "x".repeat(8 << 20) + "\"");
        assertThatThrownBy(() -> open(sample(Format.JSONL, file)))
                .hasMessageContaining("line 1 is longer than 8388608 bytes");
        assertThatThrownBy(() -> open(sample(Format.JSONL, directory.resolve("none"))))
                .hasMessageContaining("does not exist");
        assertThatThrownBy(() -> open(sample(Format.JSONL, directory)))
                .hasMessageContaining("is a directory without files that end in .jsonl");
    }

    @Test
    void aFileThatIsAnotherOneIsRefused() throws Exception {
        Path file = write("\"a\"\n");
        String checksum;
        try (WorkloadContent content = open(sample(Format.JSONL, file))) {
            checksum = content.dataset().orElseThrow().sha256();
        }
        WorkloadSpecification.Builder sample = sample(Format.JSONL, file);
        sample.dataset = new DatasetReference(Format.JSONL, file.toString(), checksum);
        open(sample).close();

        Files.writeString(file, "\"b\"\n");
        assertThatThrownBy(() -> open(sample))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("is another file on this node: its SHA-256 is")
                .hasMessageContaining(checksum);
    }

    @Test
    void aTraceNeedsTimesAndATextEndpointTexts() throws IOException {
        WorkloadSpecification.Builder trace = sample(Format.JSONL, write("\"a\"\n"));
        trace.arrivalPattern = ArrivalPattern.TRACE;
        assertThatThrownBy(() -> open(trace)).hasMessageContaining("has no timestamps");

        WorkloadSpecification.Builder completions = sample(
                Format.JSONL,
                write("{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image_url\"}]}]}"));
        completions.endpoint = Endpoint.COMPLETIONS;
        assertThatThrownBy(() -> open(completions)).hasMessageContaining("line 1 has a message that is no text");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[{\"conversations\": []}] | SHAREGPT",
                "{\"timestamp\": 0, \"input_length\": 5} | MOONCAKE",
                "{\"prompt\": \"a\"} | JSONL",
                "\"a\" | JSONL"
            })
    void theFormatIsToldByTheBeginning(String text, Format expected) throws Exception {
        assertThat(Dataset.detect(write(text))).isEqualTo(expected);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(directory.resolve("data"), text);
    }

    private static WorkloadSpecification.Builder sample(Format format, Path file) {
        WorkloadSpecification.Builder sample = new WorkloadSpecification.Builder();
        sample.concurrency = 1;
        sample.dataset = new DatasetReference(format, file.toString(), null);
        return sample;
    }

    private static WorkloadContent open(WorkloadSpecification.Builder sample)
            throws DatasetException, TokenizerException {
        return WorkloadContent.open(sample.build(), "salt");
    }

    private static RequestBodyEncoder encoder(WorkloadContent content) {
        return new RequestBodyEncoder(new WorkloadSpecification.Builder().build(), "m", content.prompts());
    }

    private static JsonNode body(RequestBodyEncoder encoder, long index) {
        return JsonMapper.shared()
                .readTree(encoder.encode(new Session(index, index, 1, 0)).bytes());
    }
}
