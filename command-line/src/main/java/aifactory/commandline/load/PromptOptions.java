package aifactory.commandline.load;

import aifactory.commandline.option.CountConverter;
import aifactory.commandline.option.ShareConverter;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that describe what requests say and how long they are. All are null when they are not given. */
final class PromptOptions {
    @Option(
            names = {"--isl", "--random-input-len", "--synthetic-input-tokens-mean"},
            paramLabel = "TOKENS",
            converter = CountConverter.Tokens.class,
            description = "input tokens of a request, on average")
    @Nullable
    Long inputLength;

    @Option(
            names = {"--isl-stddev", "--synthetic-input-tokens-stddev"},
            paramLabel = "TOKENS",
            converter = CountConverter.TokensOrNone.class,
            description = "standard deviation of the input tokens")
    @Nullable
    Long inputLengthDeviation;

    @Option(
            names = "--isl-distribution",
            paramLabel = "NAME",
            completionCandidates = Distributions.class,
            description = "${COMPLETION-CANDIDATES}; default: normal with a deviation, constant without")
    @Nullable
    String inputLengthDistribution;

    @Option(
            names = "--isl-min",
            paramLabel = "TOKENS",
            converter = CountConverter.Tokens.class,
            description = "fewest input tokens")
    @Nullable
    Long inputLengthMinimum;

    @Option(
            names = "--isl-max",
            paramLabel = "TOKENS",
            converter = CountConverter.Tokens.class,
            description = "most input tokens")
    @Nullable
    Long inputLengthMaximum;

    @Option(
            names = {"--osl", "--random-output-len", "--output-tokens-mean"},
            paramLabel = "TOKENS",
            converter = CountConverter.Tokens.class,
            description = "output tokens asked for, on average")
    @Nullable
    Long outputLength;

    @Option(
            names = {"--osl-stddev", "--output-tokens-stddev"},
            paramLabel = "TOKENS",
            converter = CountConverter.TokensOrNone.class,
            description = "standard deviation of the output tokens")
    @Nullable
    Long outputLengthDeviation;

    @Option(
            names = "--osl-distribution",
            paramLabel = "NAME",
            completionCandidates = Distributions.class,
            description = "as --isl-distribution")
    @Nullable
    String outputLengthDistribution;

    @Option(
            names = "--osl-min",
            paramLabel = "TOKENS",
            converter = CountConverter.Tokens.class,
            description = "fewest output tokens")
    @Nullable
    Long outputLengthMinimum;

    @Option(
            names = "--osl-max",
            paramLabel = "TOKENS",
            converter = CountConverter.Tokens.class,
            description = "most output tokens")
    @Nullable
    Long outputLengthMaximum;

    @Option(
            names = "--random-range-ratio",
            paramLabel = "R",
            converter = ShareConverter.class,
            description = "vLLM's spelling of uniform lengths: from (1-R) to (1+R) times --isl and --osl")
    @Nullable
    Double rangeRatio;

    @Option(
            names = "--same-prompts",
            description = "repeats the very prompts of an earlier run with this seed; a server may have them cached")
    @Nullable
    Boolean samePrompts;

    /** The names of the distributions, for help texts; the request itself refuses what is none. */
    static final class Distributions implements Iterable<String> {
        private static final List<String> NAMES = List.of("constant", "normal", "uniform", "lognormal");

        @Override
        public Iterator<String> iterator() {
            return NAMES.iterator();
        }
    }
}
