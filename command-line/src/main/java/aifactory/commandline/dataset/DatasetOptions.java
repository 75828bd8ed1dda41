package aifactory.commandline.dataset;

import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.option.NameConverter;
import aifactory.commandline.session.Session;
import aifactory.workload.DatasetReference;
import aifactory.workload.TimeUnitName;
import aifactory.workload.dataset.Dataset;
import aifactory.workload.dataset.DatasetContents;
import aifactory.workload.dataset.source.DatasetException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A dataset and how it is read. */
public final class DatasetOptions {
    @Parameters(paramLabel = "FILE", description = "a file or a directory")
    private String path = "";

    @Option(
            names = "--dataset-format",
            paramLabel = "FORMAT",
            converter = Formats.class,
            completionCandidates = Formats.class,
            description = "${COMPLETION-CANDIDATES}; default: recognised by the first entry")
    private DatasetReference.@Nullable Format format;

    @Option(
            names = "--dataset-column",
            paramLabel = "NAME",
            description = "column of a table that contains the prompts")
    private @Nullable String column;

    @Option(
            names = "--max-bad-entries",
            paramLabel = "SHARE",
            description = "largest share of broken entries, above which the file is refused [0.01]")
    private @Nullable Double maxBadEntries;

    @Option(
            names = "--trace-time-unit",
            paramLabel = "UNIT",
            converter = TimeUnits.class,
            completionCandidates = TimeUnits.class,
            description = "unit of numbers that are times: ${COMPLETION-CANDIDATES}; default: that of the format")
    private @Nullable TimeUnitName timeUnit;

    @Option(
            names = "--trace-block-tokens",
            paramLabel = "TOKENS",
            description = "tokens per block of hash_ids; default: that of the format")
    private @Nullable Integer blockTokens;

    /**
     * Opens the dataset, with its times where it has some.
     *
     * @throws CommandFailure with exit code 2 names the file, the place in it and what is wrong
     */
    public DatasetContents open(Session session) {
        requireValid();
        Path file = session.resolve(path);
        try {
            DatasetReference.Format known = format == null ? Dataset.detect(file) : format;
            DatasetReference reference = new DatasetReference(
                    known, file.toString(), null, column, maxBadEntries, timeUnit, blockTokens, null, null, null, null);
            return DatasetContents.open(reference, DatasetContents.hasTimes(reference));
        } catch (DatasetException e) {
            throw CommandFailure.wrongInput(String.valueOf(e.getMessage()));
        }
    }

    private void requireValid() {
        if (maxBadEntries != null && !(maxBadEntries >= 0 && maxBadEntries <= 1)) {
            throw CommandFailure.wrongInput(
                    "invalid value for --max-bad-entries: '" + maxBadEntries + "' (expected a share from 0 to 1)");
        }
        if (blockTokens != null && blockTokens < 1) {
            throw CommandFailure.wrongInput(
                    "invalid value for --trace-block-tokens: '" + blockTokens + "' (expected tokens from 1)");
        }
    }

    /** The formats by their names. */
    static final class Formats extends NameConverter<DatasetReference.Format> {
        Formats() {
            super(List.of(DatasetReference.Format.values()));
        }
    }

    /** The units by their names. */
    static final class TimeUnits extends NameConverter<TimeUnitName> {
        TimeUnits() {
            super(List.of(TimeUnitName.values()));
        }
    }
}
