package aifactory.reporting.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import aifactory.protocol.RunSummary;
import aifactory.reporting.RequestRecordSource;
import aifactory.reporting.RunFormat;
import aifactory.reporting.SampleRun;
import aifactory.reporting.html.ComparisonPage;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Runs that measured different things are not compared, regardless of their values. */
class ComparabilityTest {
    private static final ComparisonOptions OPTIONS = new ComparisonOptions(0.95, 100, 1);

    private static ComparedRun run(String name, Consumer<ObjectNode> change) {
        SampleRun run = new SampleRun();
        run.failureShare = 0;
        JsonNode tree = RunFormat.mapper().valueToTree(run.result().summary());
        if (tree instanceof ObjectNode summary) {
            change.accept(summary);
        }
        return new ComparedRun(
                name,
                RunFormat.mapper().treeToValue(tree, RunSummary.class),
                RequestRecordSource.of(SimulatedServer.records(name.hashCode(), 600, name.equals("a") ? 1 : 1.5)));
    }

    private static ComparedRun plain(String name) {
        return run(name, summary -> {});
    }

    private static Comparison compare(ComparedRun before, ComparedRun after) throws IOException {
        return RunComparison.compare(List.of(before), List.of(after), OPTIONS);
    }

    private static ComparedRun withMember(String member, String json) {
        return run("b", summary -> {
            if (summary.at("/provenance/specification") instanceof ObjectNode specification) {
                specification.set(member, RunFormat.mapper().readTree(json.replace('\'', '"')));
            }
        });
    }

    @Test
    void runsOfTheSameWorkloadAreCompared() throws IOException {
        Comparison comparison = compare(plain("a"), plain("b"));

        assertThat(comparison.isComparable()).isTrue();
        assertThat(comparison.sentence()).startsWith("Slower in");
    }

    @Test
    void anotherRateConcurrencySeedOrTargetIsStillComparable() throws IOException {
        for (ComparedRun other : List.of(
                withMember("request_rate", "55"),
                withMember("concurrency", "7"),
                withMember("seed", "99"),
                withMember("duration", "'30s'"))) {
            assertThat(compare(plain("a"), other).notComparable()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "arrival_pattern; 'closed'; the load differs: a has an open loop, b has a closed loop",
                "model; 'other/model'; the models differ: a has meta-llama/Llama-3.1-8B-Instruct, b has other/model",
                "endpoint; 'completions'; the endpoints differ: a has chat, streaming, b has completions, streaming",
                "streaming; false; the endpoints differ: a has chat, streaming, b has chat",
                "output_length; {'distribution': 'constant', 'mean': 512, 'deviation': 0}; the requested lengths differ",
                "input_length; {'distribution': 'constant', 'mean': 4096, 'deviation': 0}; the requested lengths differ",
                "dataset; {'path': '/x.jsonl', 'format': 'jsonl', 'sha256': 'ab'}; the requested lengths differ",
            },
            quoteCharacter = '`')
    void whatMeasuresSomethingElseIsNotComparable(String member, String json, String reason) throws IOException {
        Comparison comparison = compare(plain("a"), withMember(member, json));

        assertThat(comparison.isComparable()).isFalse();
        assertThat(comparison.sentence()).startsWith("Not comparable: ").contains(reason);
        assertThat(comparison.saysNothing()).isFalse();
    }

    @Test
    void aRunThatIsNotValidIsNotComparable() throws IOException {
        Comparison comparison = compare(plain("a"), run("b", summary -> summary.put("valid", false)));

        assertThat(comparison.notComparable()).containsExactly("b is not valid");
    }

    @Test
    void otherOutputLengthsThanMeasuredBeforeAreNotComparable() throws IOException {
        Comparison comparison = compare(plain("a"), run("b", summary -> {
            if (summary.get("tokens") instanceof ObjectNode tokens) {
                tokens.put("output", tokens.path("output").asLong(0) / 2);
            }
        }));

        assertThat(comparison.sentence()).contains("the measured output lengths differ", "tokens per request");
    }

    @Test
    void runsOfOneSideAreHeldAgainstEachOtherToo() throws IOException {
        Comparison comparison =
                RunComparison.compare(List.of(plain("a"), withMember("model", "'x'")), List.of(plain("c")), OPTIONS);

        assertThat(comparison.isComparable()).isFalse();
    }

    @Test
    void nothingIsConcludedInAnyForm() throws IOException {
        Comparison comparison = compare(plain("a"), withMember("model", "'<b>x'"));
        List<FailCondition.Result> results = FailCondition.evaluate(
                List.of(FailCondition.parse("tpot_ms.mean > +5%"), FailCondition.parse("tpot_ms.p50 > +900%")),
                comparison);

        assertThat(comparison.differences()).allSatisfy(difference -> {
            assertThat(difference.finding()).isEqualTo(Difference.Finding.NOT_COMPARABLE);
            assertThat(difference.change()).isNaN();
            assertThat(difference.before()).isPositive();
        });
        assertThat(results).allSatisfy(result -> {
            assertThat(result.told()).isFalse();
            assertThat(result.holds()).isFalse();
            assertThat(result.sentence()).contains("inconclusive");
        });
        String table = ComparisonTable.render(comparison, 80, false);
        assertThat(table).startsWith("Not comparable: ").doesNotContain("slower", "faster", "NaN", " %  ");
        String page = ComparisonPage.of(comparison, results);
        assertThat(page).contains("Not comparable", "&lt;b&gt;x").doesNotContain("<b>x", ">slower<", "NaN");
        assertThat(ComparisonTable.markdown(comparison, results))
                .startsWith("**Not comparable: ")
                .contains("- ❓ ")
                .doesNotContain("✅", "NaN");
        JsonNode json = RunFormat.mapper().valueToTree(ComparisonDocument.of(comparison, results));
        assertThat(json.path("comparable").asBoolean(true)).isFalse();
        assertThat(json.path("not_comparable")).hasSize(1);
        assertThat(json.at("/differences/0/finding").asString("")).isEqualTo("not_comparable");
        assertThat(json.at("/differences/0/change").isNull()).isTrue();
    }
}
