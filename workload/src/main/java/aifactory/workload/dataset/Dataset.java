package aifactory.workload.dataset;

import aifactory.workload.ArrivalPattern;
import aifactory.workload.DatasetReference;
import aifactory.workload.Endpoint;
import aifactory.workload.TimeUnitName;
import aifactory.workload.WorkloadSpecification;
import aifactory.workload.arrival.ArrivalSchedule;
import aifactory.workload.dataset.entry.EntryParser;
import aifactory.workload.dataset.entry.TextOnly;
import aifactory.workload.dataset.media.MediaFiles;
import aifactory.workload.dataset.media.MediaParts;
import aifactory.workload.dataset.source.DatasetException;
import aifactory.workload.dataset.source.DatasetSource;
import aifactory.workload.dataset.source.RecordStore;
import aifactory.workload.prompt.PromptSource;
import aifactory.workload.prompt.SyntheticText;
import aifactory.workload.token.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A workload's dataset, read once and ready. Asked by one thread at a time. */
public final class Dataset implements AutoCloseable {
    private final DatasetReference reference;
    private final DatasetReader.Contents contents;
    private final TraceSelection selection;
    private final RecordStore store;
    private final PromptSource prompts;

    private Dataset(
            DatasetReference reference,
            DatasetReader.Contents contents,
            TraceSelection selection,
            RecordStore store,
            PromptSource prompts) {
        this.reference = reference;
        this.contents = contents;
        this.selection = selection;
        this.store = store;
        this.prompts = prompts;
    }

    /**
     * Opens and checks the dataset of a workload.
     *
     * @param reference of the workload
     * @param salt of the run
     * @param text for prompts of which the file has the lengths only
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
        RecordStore store = new RecordStore();
        try {
            return open(specification, reference, salt, text, tokenizer, store);
        } catch (DatasetException e) {
            close(store);
            throw DatasetReader.named(path, e);
        } catch (RuntimeException e) {
            close(store);
            throw e;
        }
    }

    private static Dataset open(
            WorkloadSpecification specification,
            DatasetReference reference,
            String salt,
            Supplier<SyntheticText> text,
            @Nullable Tokenizer tokenizer,
            RecordStore store)
            throws DatasetException {
        boolean timed = specification.arrivalPattern() == ArrivalPattern.TRACE;
        boolean textOnly = !specification.endpoint().usesMessages();
        EntryParser format = EntryFormats.parser(reference, specification.conversation() != null, timed);
        EntryParser parser = textOnly ? TextOnly.require(format) : format;
        MediaParts media =
                new MediaParts(MediaFiles.of(Path.of(reference.path())), specification.endpoint() == Endpoint.CHAT);
        DatasetSource source = DatasetSource.of(Path.of(reference.path()), EntryFormats.entryName(reference.format()));
        DatasetReader.Contents contents =
                new DatasetReader(reference, media.checking(parser), store).read(source, timed);
        requireSame(reference.sha256(), contents.sha256());
        TraceSelection selection = TraceSelection.of(contents.sessions(), reference, timed, specification.seed());
        SessionReader reader = new SessionReader(
                reference.path(),
                contents.records(),
                contents.sessions(),
                store,
                media.replacing(EntryFormats.keptParser(reference, parser)));
        PromptSource prompts =
                new DatasetPrompts(reader, selection, specification, salt, tokenizer, text, media.meanBytes());
        return new Dataset(reference, contents, selection, store, prompts);
    }

    /**
     * The format of a file or a directory, recognised by its first record.
     *
     * @throws DatasetException when there is no such file
     */
    public static DatasetReference.Format detect(Path path) throws DatasetException {
        try {
            return DatasetSource.of(path, "entry")
                    .firstRecord()
                    .map(EntryFormats::of)
                    .orElse(DatasetReference.Format.JSONL);
        } catch (DatasetException e) {
            throw DatasetReader.named(path, e);
        }
    }

    private static void requireSame(@Nullable String expected, String actual) throws DatasetException {
        if (expected != null && !expected.equals(actual)) {
            throw new DatasetException("is another file on this node: its SHA-256 is " + actual + ", the run's is "
                    + expected + "; put the same file where every client sees it");
        }
    }

    public PromptSource prompts() {
        return prompts;
    }

    /** Sessions that are sent before the first one is repeated; a request without a session is one. */
    public int size() {
        return selection.size();
    }

    /** Requests that are sent before the first one is repeated, with all turns of sessions. */
    public long requests() {
        return selection.requests();
    }

    /** Whether sessions have several turns, of which later ones wait for responses. */
    public boolean hasTurns() {
        return selection.requests() > selection.size();
    }

    /** Entries that have nothing to send, for instance a conversation without a turn of a user. */
    public int leftOut() {
        return contents.problems().leftOutCount();
    }

    /** Entries that are broken, and not sent. */
    public int bad() {
        return contents.problems().badCount();
    }

    /**
     * Notes for the user on the file.
     *
     * @param requestCount of the run; null where it has none
     */
    public List<String> notes(@Nullable Long requestCount) {
        List<String> notes = new ArrayList<>();
        int all = contents.entries();
        String dataset = "dataset " + reference.path() + ": ";
        if (bad() > 0) {
            notes.add(dataset + bad() + " of " + all + " entries are broken and left out: "
                    + String.join("; ", contents.problems().named()) + (bad() > 5 ? "; …" : ""));
        }
        if (leftOut() > 0) {
            notes.add(dataset + leftOut() + " of " + all + " entries have nothing to send and are left out: "
                    + contents.problems().leftOutNames());
        }
        contents.notes().forEach(note -> notes.add(dataset + note));
        if (selection.isTimed()) {
            notes.add(dataset + traceNote());
        }
        if (requestCount != null && requestCount > requests() && !Boolean.TRUE.equals(reference.repeat())) {
            notes.add("dataset " + reference.path() + " has " + size() + " entries for " + requestCount
                    + " requests: they are sent again, and the server may have them cached");
        }
        return notes;
    }

    private String traceNote() {
        long span = selection.startNanos(size() - 1L) - selection.startNanos(0);
        TimeUnitName timeUnit = EntryFormats.unitOf(reference);
        String unit = timeUnit == null ? "dates" : timeUnit.plural();
        String rate = span == 0 ? "" : String.format(Locale.ROOT, " (%.3g per second)", size() / (span / 1e9));
        return requests() + " requests in " + size() + " sessions over " + TraceText.span(span) + rate
                + ", times read as " + unit;
    }

    /** SHA-256 of the file, or of the names and contents of the files of a directory, in hexadecimal. */
    public String sha256() {
        return contents.sha256();
    }

    /**
     * The times of the sessions as a schedule.
     *
     * @param duration nothing is due from then on; null for the whole trace
     */
    public ArrivalSchedule schedule(@Nullable Duration duration) {
        requireTimed();
        return new TraceSchedule(
                selection,
                Boolean.TRUE.equals(reference.repeat()),
                duration == null ? Long.MAX_VALUE : duration.toNanos());
    }

    /** The time from the beginning of the trace or its window to the start of the last session, as it is sent. */
    public Duration traceDuration() {
        requireTimed();
        return Duration.ofNanos(selection.startNanos(size() - 1L));
    }

    private void requireTimed() {
        if (!selection.isTimed()) {
            throw new IllegalStateException("the times were not read: arrival_pattern is not trace");
        }
    }

    @Override
    public void close() {
        close(store);
    }

    private static void close(RecordStore store) {
        try {
            store.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
