package aifactory.workload.prompt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.Conversation;
import aifactory.workload.LengthDistribution;
import aifactory.workload.RequestTemplate;
import aifactory.workload.SampleWorkloads;
import aifactory.workload.Session;
import aifactory.workload.SharedPrefix;
import aifactory.workload.WorkloadSpecification;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RequestBodyEncoderTest {
    private static final WorkloadSpecification SPECIFICATION =
            SampleWorkloads.openLoop(ArrivalPattern.POISSON, 10, Duration.ofSeconds(1), 0, 1);

    @Test
    void aBodyIsTheJsonOfItsEndpointWithTheAskedLengths() {
        JsonNode body = JsonMapper.shared()
                .readTree(encoder("salt", 100, 32).encode(single(5)).bytes());

        assertThat(body.get("model").stringValue()).isEqualTo("some \"model\"");
        assertThat(body.get("stream").booleanValue()).isTrue();
        assertThat(body.at("/stream_options/include_usage").booleanValue()).isTrue();
        assertThat(body.get("max_tokens").intValue()).isEqualTo(32);
        assertThat(body.at("/messages/0/content").stringValue().strip().split(" "))
                .hasSize(100);
    }

    @Test
    void aPromptIsAFunctionOfSeedSaltAndIndex() {
        assertThat(encoder("a", 40, 8).encode(single(7)).bytes())
                .isEqualTo(encoder("a", 40, 8).encode(single(7)).bytes());
        assertThat(encoder("a", 40, 8).encode(single(7)).bytes())
                .isNotEqualTo(encoder("b", 40, 8).encode(single(7)).bytes());
    }

    @Test
    void noTwoPromptsShareTheirFirstWords() {
        RequestBodyEncoder encoder = encoder("salt", 20, 8);
        Set<String> beginnings = new HashSet<>();
        for (long index = 0; index < 20_000; index++) {
            String content = content(encoder.encode(single(index)).bytes());
            beginnings.add(String.join(" ", List.of(content.strip().split(" ")).subList(0, 8)));
        }
        assertThat(beginnings).hasSize(20_000);
    }

    @Test
    void promptsOfAPoolShareAsManyPrefixesAsItHas() {
        SyntheticPrompts prompts = new SyntheticPrompts(
                SyntheticTexts.of(3, null),
                3,
                "",
                LengthDistribution.constant(10),
                LengthDistribution.constant(1),
                new SharedPrefix(4, 50),
                null);
        RequestBodyEncoder encoder = new RequestBodyEncoder(SPECIFICATION, "m", prompts);
        Set<String> prefixes = new HashSet<>();
        for (long index = 0; index < 200; index++) {
            String[] words =
                    content(encoder.encode(single(index)).bytes()).strip().split(" ");
            assertThat(words).hasSize(60);
            prefixes.add(String.join(" ", List.of(words).subList(0, 50)));
        }
        assertThat(prefixes).hasSize(4);
    }

    @Test
    void aLaterTurnCarriesTheEarlierOnesAndTheirAnswers() {
        Conversation conversation =
                new Conversation(LengthDistribution.constant(3), Duration.ofSeconds(1), Duration.ZERO);
        RequestBodyEncoder encoder = new RequestBodyEncoder(
                SPECIFICATION,
                "m",
                new SyntheticPrompts(
                        SyntheticTexts.of(1, null),
                        1,
                        "s",
                        LengthDistribution.constant(9),
                        LengthDistribution.constant(2),
                        null,
                        conversation));
        Session session = new Session(4, 12, 3, 0);

        JsonNode first = messages(encoder.encode(session).bytes());
        JsonNode third =
                messages(encoder.encode(session, 2, List.of("one \\\"1\\\"".getBytes(UTF_8), "zwei".getBytes(UTF_8)))
                        .bytes());

        assertThat(third).hasSize(5);
        assertThat(third.get(0)).isEqualTo(first.get(0));
        assertThat(third.get(1).get("role").stringValue()).isEqualTo("assistant");
        assertThat(third.get(1).get("content").stringValue()).isEqualTo("one \"1\"");
        assertThat(third.get(3).get("content").stringValue()).isEqualTo("zwei");
        assertThat(third.get(4).get("role").stringValue()).isEqualTo("user");
        assertThat(third.get(4)).isNotEqualTo(third.get(2)).isNotEqualTo(third.get(0));
    }

    @Test
    void aTemplateIsFilledWithModelPromptTokensAndIndex() {
        RequestTemplate template = new RequestTemplate(
                "/generate",
                "{\"m\": \"{model}\", \"text\": \"{prompt}\", \"n\": {max_tokens}, \"id\": {index}}",
                "/text");
        RequestBodyEncoder encoder = new RequestBodyEncoder(
                SampleWorkloads.withTemplate(template),
                "a \"b\"",
                new SyntheticPrompts(
                        SyntheticTexts.of(1, null),
                        1,
                        "s",
                        LengthDistribution.constant(9),
                        LengthDistribution.constant(5),
                        null,
                        null));

        JsonNode body = JsonMapper.shared().readTree(encoder.encode(single(77)).bytes());

        assertThat(body.get("m").stringValue()).isEqualTo("a \"b\"");
        assertThat(body.get("text").stringValue().strip().split(" ")).hasSize(9);
        assertThat(body.get("n").intValue()).isEqualTo(5);
        assertThat(body.get("id").intValue()).isEqualTo(77);
    }

    private static JsonNode messages(byte[] body) {
        return JsonMapper.shared().readTree(body).get("messages");
    }

    private static String content(byte[] body) {
        return JsonMapper.shared().readTree(body).at("/messages/0/content").stringValue();
    }

    private static RequestBodyEncoder encoder(String salt, int inputTokens, int outputTokens) {
        return new RequestBodyEncoder(
                SPECIFICATION,
                "some \"model\"",
                new SyntheticPrompts(
                        SyntheticTexts.of(1, null),
                        1,
                        salt,
                        LengthDistribution.constant(inputTokens),
                        LengthDistribution.constant(outputTokens),
                        null,
                        null));
    }

    private static Session single(long index) {
        return new Session(index, index, 1, 0);
    }
}
