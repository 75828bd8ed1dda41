package aifactory.workload.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aifactory.workload.Endpoint;
import aifactory.workload.WorkloadSpecification;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Which texts of responses are the documents that were asked for, and which schemas are refused before a run. */
class DocumentSchemaTest {
    private static final String PERSON = """
            {"type": "object", "required": ["name", "age"], "additionalProperties": false, "properties": {
              "name": {"type": "string", "pattern": "^[A-Z]"}, "age": {"type": "integer", "minimum": 0},
              "kind": {"enum": ["staff", "guest"]}, "friends": {"type": "array", "items": {"$ref": "#/$defs/friend"}}},
             "$defs": {"friend": {"type": "object", "required": ["name"]}}}""";

    private static DocumentSchema schema(String json) {
        return DocumentSchema.of(JsonMapper.shared().readTree(json));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"Ada\",\"age\":36}",
                "  {\"name\":\"Ada\",\"age\":36,\"kind\":\"guest\",\"friends\":[{\"name\":\"x\",\"more\":1}]}\n",
            })
    void aDocumentOfTheSchemaIsValid(String text) {
        assertThat(schema(PERSON).accepts(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "Here is the document: {\"name\":\"Ada\",\"age\":36}",
                "```json\n{\"name\":\"Ada\",\"age\":36}\n```",
                "{\"name\":\"Ada\",\"age\":36}{",
                "{\"name\":\"Ada\",\"age\":3",
                "{\"name\":\"Ada\"}",
                "{\"name\":\"ada\",\"age\":36}",
                "{\"name\":\"Ada\",\"age\":-1}",
                "{\"name\":\"Ada\",\"age\":\"36\"}",
                "{\"name\":\"Ada\",\"age\":36,\"more\":1}",
                "{\"name\":\"Ada\",\"age\":36,\"kind\":\"other\"}",
                "{\"name\":\"Ada\",\"age\":36,\"friends\":[{}]}",
                "[{\"name\":\"Ada\",\"age\":36}]",
                "{'name':'Ada','age':36}",
            })
    void anyOtherTextIsNot(String text) {
        assertThat(schema(PERSON).accepts(text)).isFalse();
    }

    @Test
    void aDocumentOfAnyDepthIsJudgedInBoundedTimeAndSpace() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        assertThat(schema("{\"type\":\"array\"}").accepts(deep)).isFalse();
        String nested = "{\"a\":".repeat(150) + "1" + "}".repeat(150);
        assertThat(schema("{\"additionalProperties\":{\"$ref\":\"#\"}}").accepts(nested))
                .isTrue();
    }

    /** This expression takes 2^n steps, as it has a reference to a group. */
    @Test
    void aRegularExpressionThatTakesTooLongLeavesTheDocumentUnchecked() {
        DocumentSchema schema = schema("{\"type\":\"string\",\"pattern\":\"^((a+)+)\\\\2$\"}");
        assertThat(schema.accepts('"' + "a".repeat(40) + "b\"")).isNull();
        assertThat(schema.accepts("\"b\"")).isFalse();
        assertThat(schema.accepts("\"aa\"")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "\"object\"",
                "3",
                "null",
                "{\"type\":\"objekt\"}",
                "{\"required\":\"name\"}",
                "{\"properties\":{\"a\":3}}",
                "{\"pattern\":\"(\"}",
                "{\"$ref\":\"#/$defs/missing\"}",
                "{\"$ref\":\"#\"}",
                "{\"allOf\":[{\"$ref\":\"#\"}]}",
                "{\"$ref\":\"http://127.0.0.1:9/schema.json\"}",
                "{\"$ref\":\"file:///etc/hostname\"}",
                "{\"$schema\":\"http://127.0.0.1:9/dialect\"}",
            })
    void aSchemaThatCannotBeCheckedIsRefused(String json) {
        assertThatThrownBy(() -> schema(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("(?s)is .*");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CHAT | {\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":S}}}",
                "COMPLETIONS | {\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":S}}}",
                "CHAT | {\"guided_json\":S}",
                "CHAT | {\"structured_outputs\":{\"json\":S}}",
                "RESPONSES | {\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":S}}}",
                "MESSAGES | {\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":S}}}",
                "MESSAGES | {\"output_format\":{\"type\":\"json_schema\",\"schema\":S}}",
                "OLLAMA | {\"format\":S}",
                "TGI | {\"parameters\":{\"grammar\":{\"type\":\"json\",\"value\":S}}}",
            })
    void theSchemaIsTakenFromTheMemberOfTheApi(Endpoint endpoint, String body) {
        String text = body.replace("S", "{\"type\":\"object\",\"required\":[\"a\"]}");
        DocumentSchema schema = of(endpoint, text).orElseThrow();
        assertThat(schema.accepts("{\"a\":1}")).isTrue();
        assertThat(schema.accepts("{}")).isFalse();
        String broken = body.replace("S", "{\"type\":\"objekt\"}");
        assertThatThrownBy(() -> of(endpoint, broken))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a JSON Schema");
    }

    @Test
    void aSchemaInATextIsOneToo() {
        DocumentSchema schema = of(Endpoint.CHAT, "{\"guided_json\":\"{\\\"required\\\":[\\\"a\\\"]}\"}")
                .orElseThrow();
        assertThat(schema.accepts("{}")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"CHAT | {\"response_format\":{\"type\":\"json_object\"}}", "OLLAMA | {\"format\":\"json\"}"})
    void jsonWithoutASchemaIsAnyObject(Endpoint endpoint, String body) {
        DocumentSchema schema = of(endpoint, body).orElseThrow();
        assertThat(schema.accepts("{\"a\":1}")).isTrue();
        assertThat(schema.accepts("[1]")).isFalse();
        assertThat(schema.accepts("text")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CHAT | {}",
                "CHAT | {\"response_format\":{\"type\":\"text\"}}",
                "CHAT | {\"response_format\":null}",
                "EMBEDDINGS | {\"response_format\":{\"type\":\"json_object\"}}",
                "RESPONSES | {\"text\":{\"format\":{\"type\":\"text\"}}}",
                "TGI | {\"parameters\":{\"grammar\":{\"type\":\"regex\",\"value\":\"a+\"}}}",
            })
    void plainTextIsNotChecked(Endpoint endpoint, String body) {
        assertThat(of(endpoint, body)).isEmpty();
    }

    @Test
    void aFormatWithoutItsSchemaIsRefused() {
        assertThatThrownBy(() -> of(Endpoint.CHAT, "{\"response_format\":{\"type\":\"json_schema\"}}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("response_format");
    }

    @SuppressWarnings("unchecked")
    private static Optional<DocumentSchema> of(Endpoint endpoint, String body) {
        WorkloadSpecification.Builder load = new WorkloadSpecification.Builder();
        load.endpoint = endpoint;
        load.extraBody =
                (Map<String, Object>) Objects.requireNonNull(JsonMapper.shared().readValue(body, Map.class));
        return RequestedFormat.schemaOf(load.build());
    }
}
