package aifactory.workload.dataset;

import aifactory.workload.DatasetReference;
import aifactory.workload.Endpoint;
import aifactory.workload.SeededHash;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.arrival.ArrivalSchedule;
import aifactory.workload.prompt.PromptSource;
import aifactory.workload.prompt.SyntheticText;
import aifactory.workload.token.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A workload's dataset, read once and ready. Asked by one thread at a time. */
public final class Dataset implements AutoCloseable {
    private final DatasetFile<?> file;
    private final PromptSource prompts;
    private final String path;

    private Dataset(DatasetFile<?> file, PromptSource prompts, String path) {
        this.file = file;
        this.prompts = prompts;
        this.path = path;
    }

    /**
     * Opens and checks the dataset of a workload.
     *
     * @param reference of the workload
     * @param salt of the run
     * @param text for what a trace leaves to be made up
     * @param tokenizer null for none
     * @throws DatasetException names the file, the place and what is wrong
     */
    public static Dataset open(
            WorkloadSpecification specification,
            DatasetReference reference,
            String salt,
            Supplier<SyntheticText> text,
            @Nullable Tokenizer tokenizer)
            throws DatasetException {
        Path path = Path.of(reference.path());
        boolean sessions = specification.conversation() != null;
        boolean chat = specification.endpoint() == Endpoint.CHAT;
        Dataset dataset = switch (reference.format()) {
            case JSONL -> recorded(path, reference, chat, new JsonlParser(sessions), specification, tokenizer);
            case SHAREGPT -> recorded(path, reference, chat, new ShareGptParser(sessions), specification, tokenizer);
            case MOONCAKE -> {
                DatasetFile<TracedEntry> file = DatasetFile.open(path, reference.format(), new MooncakeParser());
                String used = specification.samePrompts() ? "" : salt;
                long saltedSeed = specification.seed() ^ SeededHash.ofText(used);
                yield new Dataset(file, new TracedPrompts(file, text.get(), saltedSeed), reference.path());
            }
        };
        try {
            dataset.requireSame(reference.sha256());
        } catch (DatasetException e) {
            dataset.close();
            throw e;
        }
        return dataset;
    }

    /**
     * What a file looks like: a list is ShareGPT's, lines with an {@code input_length} are Mooncake's, other lines are JSONL.
     *
     * @throws DatasetException when there is no such file
     */
    public static DatasetReference.Format detect(Path path) throws DatasetException {
        return FormatDetection.of(path);
    }

    private static Dataset recorded(
            Path path,
            DatasetReference reference,
            boolean chat,
            EntryParser<RecordedEntry> parser,
            WorkloadSpecification specification,
            @Nullable Tokenizer tokenizer)
            throws DatasetException {
        EntryParser<RecordedEntry> checked = chat ? parser : node -> TextOnly.require(parser.parse(node));
        DatasetFile<RecordedEntry> file = DatasetFile.open(path, reference.format(), checked);
        return new Dataset(file, new RecordedPrompts(file, specification, tokenizer), reference.path());
    }

    private void requireSame(@Nullable String sha256) throws DatasetException {
        if (sha256 != null && !sha256.equals(file.checksum())) {
            throw new DatasetException("dataset " + path + " is another file on this node: its SHA-256 is "
                    + file.checksum() + ", the run's is " + sha256 + "; put the same file where every client sees it");
        }
    }

    public PromptSource prompts() {
        return prompts;
    }

    /** Entries that can be sent. */
    public int size() {
        return file.index().size();
    }

    /** Entries that have nothing to send, for instance a conversation in which the user says nothing. */
    public int leftOut() {
        return file.index().leftOut();
    }

    /**
     * What users should know about the file.
     *
     * @param requestCount of the run; null where it has none
     */
    public List<String> notes(@Nullable Long requestCount) {
        List<String> notes = new ArrayList<>();
        if (leftOut() > 0) {
            notes.add("dataset " + path + ": " + leftOut() + " of " + (size() + leftOut())
                    + " entries have no turn of a user and are left out");
        }
        if (requestCount != null && requestCount > size()) {
            notes.add("dataset " + path + " has " + size() + " entries for " + requestCount
                    + " requests: they are sent again, and the server may have them cached");
        }
        return notes;
    }

    /** Of the file, in hexadecimal. */
    public String sha256() {
        return file.checksum();
    }

    /**
     * The times of the entries as a schedule.
     *
     * @param duration nothing is due from then on; null for the whole trace
     * @throws DatasetException when the entries have none
     */
    public ArrivalSchedule schedule(@Nullable Duration duration) throws DatasetException {
        requireTimes();
        return new TraceSchedule(file.index(), duration == null ? Long.MAX_VALUE : duration.toNanos());
    }

    /** The time from the first entry to the last. */
    public Duration traceDuration() throws DatasetException {
        requireTimes();
        return Duration.ofNanos(file.index().nanosSinceFirst(size() - 1));
    }

    private void requireTimes() throws DatasetException {
        if (!file.index().hasTimes()) {
            throw new DatasetException("dataset " + path
                    + " has no timestamps, which arrival_pattern trace needs: choose another, such as poisson");
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
