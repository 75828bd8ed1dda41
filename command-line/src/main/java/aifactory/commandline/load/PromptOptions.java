package aifactory.commandline.load;

import aifactory.commandline.option.CountConverter;
import aifactory.commandline.option.DurationConverter;
import aifactory.commandline.option.NameConverter;
import aifactory.commandline.option.ShareConverter;
import aifactory.workload.DatasetReference;
import aifactory.workload.TimeUnitName;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
            names = {"--dataset", "--dataset-path", "--input-file"},
            paramLabel = "FILE",
            description = "prompts from a file that every client can read")
    @Nullable
    String dataset;

    @Option(
            names = {"--dataset-format", "--dataset-name", "--custom-dataset-type"},
            paramLabel = "FORMAT",
            converter = DatasetFormats.class,
            completionCandidates = DatasetFormats.class,
            description = "${COMPLETION-CANDIDATES}; default: what the file looks like")
    DatasetReference.@Nullable Format datasetFormat;

    @Option(
            names = "--dataset-column",
            paramLabel = "NAME",
            description = "column of a table that contains the prompts; default: the usual names")
    @Nullable
    String datasetColumn;

    @Option(
            names = "--max-bad-entries",
            paramLabel = "SHARE",
            converter = ShareConverter.class,
            description = "share of entries that may be broken; above it the dataset is refused; default: 0.01")
    @Nullable
    Double maxBadEntries;

    @Option(
            names = "--trace-time-unit",
            paramLabel = "UNIT",
            converter = TimeUnits.class,
            completionCandidates = TimeUnits.class,
            description = "unit of numbers that are times: ${COMPLETION-CANDIDATES}; default: that of the format")
    @Nullable
    TimeUnitName traceTimeUnit;

    @Option(
            names = "--trace-block-tokens",
            paramLabel = "TOKENS",
            converter = CountConverter.Tokens.class,
            description = "tokens per block of hash_ids; default: that of the format")
    @Nullable
    Long traceBlockTokens;

    @Option(
            names = "--trace-speedup",
            paramLabel = "FACTOR",
            description = "factor by which a trace is sent faster than recorded; default: 1")
    @Nullable
    Double traceSpeedup;

    @Option(
            names = "--trace-window",
            paramLabel = "FROM..TO",
            description = "part of a trace that is sent, such as 10m..20m from its beginning; default: all of it")
    @Nullable
    String traceWindow;

    @Option(
            names = "--trace-scale",
            paramLabel = "SHARE",
            converter = ShareConverter.class,
            description = "share of the sessions of a trace that are sent, drawn by the seed; default: 1")
    @Nullable
    Double traceScale;

    @Option(names = "--trace-repeat", description = "start a trace again at its end, until the run ends")
    @Nullable
    Boolean traceRepeat;

    @Option(names = "--fixed-schedule", description = "sends at the dataset's timestamps: --arrival-pattern trace")
    @Nullable
    Boolean fixedSchedule;

    @Option(
            names = {"--tokenizer", "--tokenizer-file"},
            paramLabel = "FILE",
            description = "the model's tokenizer.json, or its directory: makes token counts exact; nothing is fetched")
    @Nullable
    String tokenizer;

    @Option(
            names = {"--prefix-tokens", "--random-prefix-len", "--prefix-prompt-length"},
            paramLabel = "TOKENS",
            converter = CountConverter.Tokens.class,
            description = "tokens of a prefix that prompts have in common")
    @Nullable
    Long prefixTokens;

    @Option(
            names = {"--prefix-count", "--num-prefix-prompts", "--prefix-prompt-pool-size"},
            paramLabel = "N",
            converter = CountConverter.Concurrency.class,
            description = "how many different prefixes there are; default: 1, or 8 with a hit rate")
    @Nullable
    Long prefixCount;

    @Option(
            names = "--prefix-hit-rate",
            paramLabel = "SHARE",
            converter = ShareConverter.class,
            description = "share of the input tokens that a prefix cache finds; the prefixes are part of --isl")
    @Nullable
    Double prefixHitRate;

    @Option(
            names = {"--turns", "--session-turns-mean", "--conversation-turn-mean"},
            paramLabel = "N",
            converter = CountConverter.Tokens.class,
            description =
                    "requests of a session, each carrying the earlier ones and their answers; with a dataset the most"
                            + " that are sent of an entry")
    @Nullable
    Long turns;

    @Option(
            names = {"--turns-stddev", "--session-turns-stddev", "--conversation-turn-stddev"},
            paramLabel = "N",
            converter = CountConverter.TokensOrNone.class,
            description = "standard deviation of the turns")
    @Nullable
    Long turnsDeviation;

    @Option(
            names = "--turn-think-time",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "pause between an answer and the session's next turn")
    @Nullable
    Duration turnThinkTime;

    @Option(
            names = {"--session-turn-delay-mean", "--conversation-turn-delay-mean"},
            paramLabel = "MS",
            converter = CountConverter.TokensOrNone.class,
            description = "AIPerf's spelling of it, in milliseconds")
    @Nullable
    Long turnDelayMillis;

    @Option(
            names = {"--session-turn-delay-stddev", "--conversation-turn-delay-stddev"},
            paramLabel = "MS",
            converter = CountConverter.TokensOrNone.class,
            description = "standard deviation of that pause, in milliseconds")
    @Nullable
    Long turnDelayDeviationMillis;

    @Option(names = "--multi-turn", description = "sends all turns of a dataset's conversations, not only the first")
    @Nullable
    Boolean multiTurn;

    @Option(
            names = "--same-prompts",
            description = "repeats the very prompts of an earlier run with this seed; a server may have them cached")
    @Nullable
    Boolean samePrompts;

    /** The formats of datasets, under the names of other tools too. */
    static final class DatasetFormats extends NameConverter<DatasetReference.Format> {
        private static final Map<String, DatasetReference.Format> OTHER_NAMES = Map.of(
                "custom", DatasetReference.Format.JSONL,
                "single_turn", DatasetReference.Format.JSONL,
                "multi_turn", DatasetReference.Format.JSONL,
                "mooncake_trace", DatasetReference.Format.MOONCAKE);

        DatasetFormats() {
            super(List.of(DatasetReference.Format.values()));
        }

        @Override
        public DatasetReference.Format convert(String text) {
            DatasetReference.Format other = OTHER_NAMES.get(text.strip().toLowerCase(Locale.ROOT));
            return other == null ? super.convert(text) : other;
        }
    }

    /** The units of times by their names. */
    static final class TimeUnits extends NameConverter<TimeUnitName> {
        TimeUnits() {
            super(List.of(TimeUnitName.values()));
        }
    }

    /** The names of the distributions, for help texts; the request itself refuses what is none. */
    static final class Distributions implements Iterable<String> {
        private static final List<String> NAMES = List.of("constant", "normal", "uniform", "lognormal");

        @Override
        public Iterator<String> iterator() {
            return NAMES.iterator();
        }
    }
}
