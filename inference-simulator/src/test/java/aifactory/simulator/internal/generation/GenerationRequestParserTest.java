package aifactory.simulator.internal.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerationRequestParserTest {
    @Test
    void readsAChatWithEverythingThatCounts() throws Exception {
        GenerationRequest request = parse(EndpointKind.CHAT, """
                {"model": "m", "messages": [
                    {"role": "system", "content": "Be  brief.\\n"},
                    {"role": "user", "content": [{"type": "text", "text": "What is"}, {"type": "image_url", "image_url": {"url": "x y"}}]},
                    {"role": "assistant", "content": null, "tool_calls": [{"id": "a b c"}]}],
                 "stream": true, "stream_options": {"include_usage": true, "other": [1]},
                 "max_tokens": 5, "max_completion_tokens": 9, "min_tokens": 2, "ignore_eos": true, "temperature": 0.1, "n": 1}""");
        assertThat(request)
                .isEqualTo(new GenerationRequest(EndpointKind.CHAT, "m", true, true, 4, 9, 2, true, 1, null, false));
    }

    @Test
    void nullMembersAreAbsent() throws Exception {
        GenerationRequest request = parse(EndpointKind.COMPLETION, """
                {"prompt": "a", "model": null, "max_tokens": null, "stream": null, "stream_options": null, "n": null}""");
        assertThat(request)
                .isEqualTo(new GenerationRequest(
                        EndpointKind.COMPLETION, null, false, false, 1, null, 0, false, 1, null, false));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    COMPLETION | {"prompt": " one two  three "}        | 3 | 1
                    COMPLETION | {"prompt": ["one two"]}               | 2 | 1
                    COMPLETION | {"prompt": [5, 6, 7, 8]}              | 4 | 1
                    COMPLETION | {"prompt": [[5, 6, 7]]}               | 3 | 1
                    COMPLETION | {"prompt": "", "messages": [1, [2]]}  | 1 | 1
                    EMBEDDING  | {"input": ["one two", "three"]}       | 3 | 2
                    EMBEDDING  | {"input": [[1, 2], [3]]}              | 3 | 2
                    CHAT       | {"messages": [{"content": "ä\\u00a0b c"}], "prompt": "x y"} | 2 | 1
                    """)
    void countsPromptTokens(EndpointKind endpoint, String json, int promptTokens, int inputs) throws Exception {
        GenerationRequest request = parse(endpoint, json);
        assertThat(request.promptTokens()).isEqualTo(promptTokens);
        assertThat(request.inputs()).isEqualTo(inputs);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    CHAT       |                                       |        | The body is empty
                    CHAT       | [1]                                   |        | is not a JSON object
                    CHAT       | {"messages": [{"content": "a"}        |        | not valid JSON: it breaks at line 1
                    CHAT       | {"messages": [{"content": "a"}]} x    |        | not valid JSON
                    CHAT       | {"messages": [{"content": "a"}]} {}   |        | continues after
                    CHAT       | {}                                    | messages | has no messages
                    CHAT       | {"messages": []}                      | messages | has no messages
                    CHAT       | {"messages": "hello"}                 | messages | must be an array
                    CHAT       | {"messages": ["hello"]}               | messages | array of objects
                    CHAT       | {"messages": [{"content": 5}]}        | messages | must be a text
                    CHAT       | {"messages": [{"content": [5]}]}      | messages | parts that are objects
                    COMPLETION | {"prompt": 5}                         | prompt | a text, an array of texts
                    COMPLETION | {"prompt": ["a", "b"]}                | prompt | has 2 prompts
                    EMBEDDING  | {}                                    | input  | has no input
                    EMBEDDING  | {"input": "a", "dimensions": 9000}    | dimensions | dimensions is 9000; it must be from 1 to 8192
                    COMPLETION | {"prompt": "a", "max_tokens": 0}      | max_tokens | max_tokens is 0; it must be from 1
                    COMPLETION | {"prompt": "a", "max_tokens": -3}     | max_tokens | max_tokens is -3
                    COMPLETION | {"prompt": "a", "max_tokens": 1.5}    | max_tokens | must be a whole number
                    COMPLETION | {"prompt": "a", "max_tokens": 99999999999999999999} | max_tokens | max_tokens is 99999999999999999999
                    COMPLETION | {"prompt": "a", "max_tokens": 3, "min_tokens": 4}   | min_tokens | more than max_tokens 3
                    COMPLETION | {"prompt": "a", "stream": "yes"}      | stream | must be true or false
                    COMPLETION | {"prompt": "a", "stream_options": 1}  | stream_options | must be an object
                    COMPLETION | {"prompt": "a", "n": 2}               | n | one choice per request
                    COMPLETION | {"prompt": "a", "model": 2}           | model | must be a text
                    """)
    void refusesWhatItCannotAnswer(EndpointKind endpoint, String json, String parameter, String message) {
        assertThatThrownBy(() -> parse(endpoint, json == null ? "" : json))
                .isInstanceOfSatisfying(InvalidRequestException.class, refusal -> {
                    assertThat(refusal.text()).contains(message);
                    assertThat(refusal.parameter()).isEqualTo(parameter);
                });
    }

    private static GenerationRequest parse(EndpointKind endpoint, String json) throws InvalidRequestException {
        return GenerationRequestParser.parse(endpoint, json.getBytes(StandardCharsets.UTF_8));
    }
}
