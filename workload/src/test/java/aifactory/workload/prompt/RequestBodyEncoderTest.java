package aifactory.workload.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.LengthDistribution;
import aifactory.workload.SampleWorkloads;
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
        JsonNode body =
                JsonMapper.shared().readTree(encoder("salt", 100, 32).encode(5).bytes());

        assertThat(body.get("model").stringValue()).isEqualTo("some \"model\"");
        assertThat(body.get("stream").booleanValue()).isTrue();
        assertThat(body.at("/stream_options/include_usage").booleanValue()).isTrue();
        assertThat(body.get("max_tokens").intValue()).isEqualTo(32);
        assertThat(body.at("/messages/0/content").stringValue().strip().split(" "))
                .hasSize(100);
    }

    @Test
    void aPromptIsAFunctionOfSeedSaltAndIndex() {
        assertThat(encoder("a", 40, 8).encode(7).bytes())
                .isEqualTo(encoder("a", 40, 8).encode(7).bytes());
        assertThat(encoder("a", 40, 8).encode(7).bytes())
                .isNotEqualTo(encoder("b", 40, 8).encode(7).bytes());
    }

    @Test
    void noTwoPromptsShareTheirFirstWords() {
        RequestBodyEncoder encoder = encoder("salt", 20, 8);
        Set<String> beginnings = new HashSet<>();
        for (long index = 0; index < 20_000; index++) {
            String content = content(encoder.encode(index).bytes());
            beginnings.add(String.join(" ", List.of(content.strip().split(" ")).subList(0, 8)));
        }
        assertThat(beginnings).hasSize(20_000);
    }

    @Test
    void promptsOfAPoolShareAsManyPrefixesAsItHas() {
        SyntheticPrompts prompts = new SyntheticPrompts(
                3, "", LengthDistribution.constant(10), LengthDistribution.constant(1), new SharedPrefix(4, 50));
        RequestBodyEncoder encoder = new RequestBodyEncoder(SPECIFICATION, "m", prompts);
        Set<String> prefixes = new HashSet<>();
        for (long index = 0; index < 200; index++) {
            String[] words = content(encoder.encode(index).bytes()).strip().split(" ");
            assertThat(words).hasSize(60);
            prefixes.add(String.join(" ", List.of(words).subList(0, 50)));
        }
        assertThat(prefixes).hasSize(4);
    }

    private static String content(byte[] body) {
        return JsonMapper.shared().readTree(body).at("/messages/0/content").stringValue();
    }

    private static RequestBodyEncoder encoder(String salt, int inputTokens, int outputTokens) {
        return new RequestBodyEncoder(
                SPECIFICATION,
                "some \"model\"",
                new SyntheticPrompts(
                        1,
                        salt,
                        LengthDistribution.constant(inputTokens),
                        LengthDistribution.constant(outputTokens),
                        null));
    }
}
