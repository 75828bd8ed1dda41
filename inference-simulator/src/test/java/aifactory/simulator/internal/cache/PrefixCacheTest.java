package aifactory.simulator.internal.cache;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.simulator.internal.generation.EndpointKind;
import aifactory.simulator.internal.generation.GenerationRequestParser;
import aifactory.workload.LengthDistribution;
import aifactory.workload.SharedPrefix;
import aifactory.workload.prompt.ByteBuilder;
import aifactory.workload.prompt.SyntheticPrompts;
import aifactory.workload.prompt.SyntheticTexts;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrefixCacheTest {
    @Test
    void fullBlocksAtTheBeginningAreFoundAgain() {
        PrefixCache cache = new PrefixCache(10_000);

        assertThat(cache.use(words(40, "a"))).isZero();
        assertThat(cache.use(words(40, "a"))).isEqualTo(32);
        assertThat(cache.use(words(60, "a"))).isEqualTo(32);
        // The last token is always computed.
        assertThat(cache.use(words(32, "a"))).isEqualTo(16);
        assertThat(cache.use(words(40, "b"))).isZero();
    }

    @Test
    void theLeastRecentlyUsedAreForgotten() {
        PrefixCache cache = new PrefixCache(64);

        cache.use(words(33, "a"));
        cache.use(words(33, "b"));
        assertThat(cache.use(words(33, "a"))).isEqualTo(32);
        cache.use(words(33, "c"));
        assertThat(cache.use(words(33, "a"))).isEqualTo(32);
        assertThat(cache.use(words(33, "b"))).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "0.6, 512, 0, 8, 1",
        "0.6, 512, 200, 64, 1",
        "0.6, 100, 30, 16, 0",
        "0.2, 1000, 0, 8, 2",
        "0.9, 300, 100, 8, 0.5"
    })
    void theHitRateOfAWorkloadIsTheOneAskedFor(
            double hitRate, int inputTokens, int deviation, int prefixes, double popularity) throws Exception {
        LengthDistribution lengths = deviation == 0
                ? LengthDistribution.constant(inputTokens)
                : LengthDistribution.normal(inputTokens, deviation);
        for (long seed = 0; seed < 3; seed++) {
            SyntheticPrompts prompts = new SyntheticPrompts(
                    SyntheticTexts.of(seed, null),
                    seed,
                    "salt",
                    lengths,
                    LengthDistribution.constant(1),
                    new SharedPrefix(prefixes, 0, hitRate, null, popularity),
                    null);
            PrefixCache cache = new PrefixCache(1 << 20);
            long tokens = 0;
            long hits = 0;
            for (int request = 0; request < 2000; request++) {
                ByteBuilder body = new ByteBuilder();
                body.append("{\"messages\":[".getBytes(StandardCharsets.US_ASCII));
                int counted = prompts.appendMessages(request, 0, body);
                body.append("]}".getBytes(StandardCharsets.US_ASCII));
                PromptBlocks blocks = new PromptBlocks();
                int parsed = GenerationRequestParser.parse(EndpointKind.CHAT, body.toByteArray(), blocks)
                        .promptTokens();
                assertThat(parsed).isEqualTo(counted).isEqualTo(blocks.tokens());
                tokens += parsed;
                hits += cache.use(blocks);
            }
            assertThat((double) hits / tokens).as("seed %d", seed).isBetween(hitRate - 0.03, hitRate + 0.03);
        }
    }

    private static PromptBlocks words(int count, String word) {
        PromptBlocks blocks = new PromptBlocks();
        for (int i = 0; i < count; i++) {
            word.chars().forEach(character -> blocks.character((char) character));
            blocks.endToken();
        }
        return blocks;
    }
}
