package aifactory.workload.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.workload.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/** What the documents of each API say, in the forms that its documentation shows; each test names the page. */
final class DialectsTest {
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final List<String> reasons = new ArrayList<>();
    private long prompt = DialectResponse.NO_COUNT;
    private long completion = DialectResponse.NO_COUNT;
    private boolean toolCall;
    private boolean done;
    private boolean content;

    private void read(Endpoint endpoint, String... documents) {
        Dialect dialect = Objects.requireNonNull(Dialects.of(endpoint));
        DialectResponse response = new DialectResponse();
        for (String document : documents) {
            response.clear();
            assertThat(dialect.read(JsonMapper.shared().readTree(document), response))
                    .as(document)
                    .isTrue();
            text.append(response.text());
            reasoning.append(response.reasoning());
            reasons.addAll(response.finishReasons());
            prompt = response.promptTokens() >= 0 ? response.promptTokens() : prompt;
            completion = response.completionTokens() >= 0 ? response.completionTokens() : completion;
            toolCall |= response.hasToolCall();
            done |= response.isDone();
            content |= response.hasContent();
        }
    }

    /** https://platform.openai.com/docs/api-reference/responses-streaming. */
    @Test
    void readsTheEventsOfResponses() {
        read(
                Endpoint.RESPONSES,
                "{\"type\":\"response.created\",\"response\":{\"object\":\"response\",\"status\":\"in_progress\",\"error\":null,"
                        + "\"usage\":null}}",
                "{\"type\":\"response.output_item.added\",\"output_index\":0,\"item\":{\"type\":\"message\",\"content\":[]}}",
                "{\"type\":\"response.reasoning_summary_text.delta\",\"delta\":\"hm\"}",
                "{\"type\":\"response.output_text.delta\",\"delta\":\"In a\"}",
                "{\"type\":\"response.output_text.delta\",\"delta\":\" forest\"}",
                "{\"type\":\"response.output_text.done\",\"text\":\"In a forest\"}",
                "{\"type\":\"response.completed\",\"response\":{\"object\":\"response\",\"status\":\"completed\","
                        + "\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"In a forest\"}]}],"
                        + "\"usage\":{\"input_tokens\":36,\"output_tokens\":87,\"total_tokens\":123}}}");
        assertThat(text).hasToString("In a forest");
        assertThat(reasoning).hasToString("hm");
        assertThat(reasons).containsExactly("completed");
        assertThat(List.of(prompt, completion)).containsExactly(36L, 87L);
        assertThat(done).isTrue();
    }

    /** https://platform.openai.com/docs/api-reference/responses/object. */
    @Test
    void readsAWholeResponseThatIsIncomplete() {
        read(
                Endpoint.RESPONSES,
                "{\"object\":\"response\",\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"max_output_tokens\"},"
                        + "\"output\":[{\"type\":\"reasoning\",\"summary\":[]},{\"type\":\"message\",\"content\":[{\"type\":"
                        + "\"output_text\",\"text\":\"yes\"}]},{\"type\":\"function_call\",\"name\":\"f\",\"arguments\":\"{}\"}],"
                        + "\"usage\":{\"input_tokens\":5,\"output_tokens\":7}}");
        assertThat(text).hasToString("yes");
        assertThat(toolCall).isTrue();
        assertThat(reasons).containsExactly("max_output_tokens");
        assertThat(completion).isEqualTo(7);
    }

    /** https://docs.anthropic.com/en/api/messages-streaming. */
    @Test
    void readsTheEventsOfMessages() {
        read(
                Endpoint.MESSAGES,
                "{\"type\":\"message_start\",\"message\":{\"type\":\"message\",\"content\":[],\"stop_reason\":null,\"usage\":"
                        + "{\"input_tokens\":25,\"cache_read_input_tokens\":100,\"cache_creation_input_tokens\":0,"
                        + "\"output_tokens\":1}}}",
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\"}}",
                "{\"type\":\"ping\"}",
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"27\"}}",
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"x\"}}",
                "{\"type\":\"content_block_stop\",\"index\":0}",
                "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello\"}}",
                "{\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\"}}",
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\",\"stop_sequence\":null},\"usage\":"
                        + "{\"output_tokens\":15}}",
                "{\"type\":\"message_stop\"}");
        assertThat(text).hasToString("Hello");
        assertThat(reasoning).hasToString("27");
        assertThat(toolCall).isTrue();
        assertThat(List.of(prompt, completion)).containsExactly(125L, 15L);
        assertThat(reasons).containsExactly("tool_use");
        assertThat(done).isTrue();
    }

    /** https://github.com/ollama/ollama/blob/main/docs/api.md. */
    @Test
    void readsTheLinesOfOllama() {
        read(
                Endpoint.OLLAMA,
                "{\"model\":\"llama3.2\",\"created_at\":\"2023-08-04T08:52:19Z\",\"message\":{\"role\":\"assistant\",\"content\":"
                        + "\"The\",\"images\":null},\"done\":false}",
                "{\"model\":\"llama3.2\",\"message\":{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"function\":{}}]},"
                        + "\"done\":false}",
                "{\"model\":\"llama3.2\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\","
                        + "\"total_duration\":4883583458,\"prompt_eval_count\":26,\"eval_count\":282}");
        assertThat(text).hasToString("The");
        assertThat(toolCall).isTrue();
        assertThat(List.of(prompt, completion)).containsExactly(26L, 282L);
        assertThat(reasons).containsExactly("stop");
        assertThat(done).isTrue();
    }

    /** https://github.com/huggingface/text-generation-inference/blob/main/docs/openapi.json. */
    @Test
    void readsTheTokensOfTextGenerationInference() {
        read(
                Endpoint.TGI,
                "{\"index\":1,\"token\":{\"id\":2559,\"text\":\" Deep\",\"logprob\":-1.8,\"special\":false},\"generated_text\":null,"
                        + "\"details\":null}",
                "{\"index\":2,\"token\":{\"id\":2,\"text\":\"</s>\",\"logprob\":-0.1,\"special\":true},\"generated_text\":\" Deep\","
                        + "\"details\":{\"finish_reason\":\"eos_token\",\"generated_tokens\":2,\"seed\":null,\"input_length\":7}}");
        assertThat(text).hasToString(" Deep");
        assertThat(List.of(prompt, completion)).containsExactly(7L, 2L);
        assertThat(reasons).containsExactly("eos_token");
        assertThat(done).isTrue();
    }

    @Test
    void readsAListOfTextGenerationInference() {
        read(Endpoint.TGI, "[{\"generated_text\":\"all of it\"}]");
        assertThat(text).hasToString("all of it");
    }

    /** https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_generate.md. */
    @Test
    void readsTheTextOfTriton() {
        read(
                Endpoint.TRITON,
                "{\"model_name\":\"m\",\"model_version\":\"1\",\"text_output\":\"a \"}",
                "{\"model_name\":\"m\",\"model_version\":\"1\",\"text_output\":[\"b\"]}");
        assertThat(text).hasToString("a b");
        assertThat(done).isFalse();
    }

    /** https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md. */
    @Test
    void readsTheTensorsOfTheOpenInferenceProtocol() {
        read(
                Endpoint.KSERVE,
                "{\"id\":\"42\",\"outputs\":[{\"name\":\"text_output\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"hi\"]}]}");
        assertThat(text).hasToString("hi");
        read(
                Endpoint.KSERVE,
                "{\"outputs\":[{\"name\":\"o\",\"shape\":[2],\"datatype\":\"FP32\",\"data\":[1.0,2.0]}]}");
        assertThat(content).isTrue();
    }

    /** https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html, and Cohere's form. */
    @Test
    void readsScores() {
        read(
                Endpoint.RERANK,
                "{\"id\":\"rerank-1\",\"model\":\"m\",\"usage\":{\"total_tokens\":56},\"results\":[{\"index\":1,\"document\":"
                        + "{\"text\":\"x\"},\"relevance_score\":0.99}]}");
        assertThat(content).isTrue();
        assertThat(prompt).isEqualTo(56);
        content = false;
        read(Endpoint.RERANK, "{\"results\":[]}");
        assertThat(content).isFalse();
        read(
                Endpoint.SCORE,
                "{\"object\":\"list\",\"data\":[{\"index\":0,\"object\":\"score\",\"score\":1}],\"usage\":{\"prompt_tokens\":17}}");
        assertThat(content).isTrue();
        assertThat(prompt).isEqualTo(17);
    }

    @ParameterizedTest
    @EnumSource
    void everyEndpointSaysTheSameAsItsDialect(Endpoint endpoint) {
        Dialect dialect = Dialects.of(endpoint);
        if (dialect != null) {
            assertThat(endpoint.generates()).isEqualTo(dialect.generates());
            assertThat(endpoint.streams()).isEqualTo(dialect.streams());
            assertThat(endpoint.usesMessages()).isEqualTo(dialect.usesMessages());
        }
    }
}
