package aifactory.workload.dataset;

import aifactory.workload.DatasetReference;
import aifactory.workload.TimeUnitName;
import aifactory.workload.dataset.entry.Entry;
import aifactory.workload.dataset.entry.EntryParser;
import aifactory.workload.dataset.entry.SessionEntry;
import aifactory.workload.dataset.media.MediaFiles;
import aifactory.workload.dataset.media.MediaParts;
import aifactory.workload.dataset.source.DatasetException;
import aifactory.workload.dataset.source.DatasetSource;
import aifactory.workload.dataset.source.RecordStore;
import aifactory.workload.token.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A dataset that is looked at in place of being sent: all its sessions, in the order of time where they have times. */
public final class DatasetContents implements AutoCloseable {
    private static final int BUCKETS = 60;
    private static final int CHARACTERS_PER_TOKEN = 4;

    private final DatasetReference reference;
    private final DatasetReader.Contents contents;
    private final SessionReader reader;
    private final RecordStore store;
    private final boolean timed;

    private DatasetContents(
            DatasetReference reference,
            DatasetReader.Contents contents,
            SessionReader reader,
            RecordStore store,
            boolean timed) {
        this.reference = reference;
        this.contents = contents;
        this.reader = reader;
        this.store = store;
        this.timed = timed;
    }

    /**
     * Reads a dataset.
     *
     * @param timed whether its times are read and checked
     * @throws DatasetException names the file, the place and what is wrong
     */
    public static DatasetContents open(DatasetReference reference, boolean timed) throws DatasetException {
        RecordStore store = new RecordStore();
        try {
            EntryParser parser = EntryFormats.parser(reference, true, timed);
            DatasetSource source = source(reference);
            MediaParts media = new MediaParts(MediaFiles.of(Path.of(reference.path())), true);
            DatasetReader.Contents contents =
                    new DatasetReader(reference, media.checking(parser), store).read(source, timed);
            SessionReader reader = new SessionReader(
                    reference.path(),
                    contents.records(),
                    contents.sessions(),
                    store,
                    EntryFormats.keptParser(reference, parser));
            return new DatasetContents(reference, contents, reader, store, timed);
        } catch (DatasetException e) {
            close(store);
            throw DatasetReader.named(Path.of(reference.path()), e);
        } catch (RuntimeException e) {
            close(store);
            throw e;
        }
    }

    /** Whether the first record of a dataset has a time. */
    public static boolean hasTimes(DatasetReference reference) throws DatasetException {
        try {
            return source(reference).firstRecord().map(EntryFormats::hasTime).orElse(false);
        } catch (DatasetException e) {
            throw DatasetReader.named(Path.of(reference.path()), e);
        }
    }

    private static DatasetSource source(DatasetReference reference) throws DatasetException {
        return DatasetSource.of(Path.of(reference.path()), EntryFormats.entryName(reference.format()));
    }

    int size() {
        return contents.sessions().size();
    }

    SessionEntry session(int number) {
        return reader.session(number);
    }

    /** Since the first session; {@link Entry#NO_TIME} where there are no times. */
    long startNanos(int session) {
        return timed
                ? contents.sessions().startNanos(session) - contents.sessions().startNanos(0)
                : Entry.NO_TIME;
    }

    /**
     * Counts what there is.
     *
     * @param tokenizer that counts the tokens of texts; null for a rule of thumb
     */
    public DatasetSummary summary(@Nullable Tokenizer tokenizer) {
        NumberList input = new NumberList();
        NumberList output = new NumberList();
        NumberList turns = new NumberList();
        PrefixCount prefixes = new PrefixCount();
        boolean texts = false;
        for (int number = 0; number < size(); number++) {
            List<SessionEntry.Turn> session = session(number).turns();
            int[] ends = new int[session.size()];
            turns.add(session.size());
            for (int i = 0; i < ends.length; i++) {
                SessionEntry.Turn turn = session.get(i);
                texts |= turn.prompt() == null;
                int context = turn.continues() < 0 ? 0 : ends[turn.continues()];
                int added = added(turn, tokenizer);
                Integer answer = outputTokens(turn, tokenizer);
                prefixes.add(turn, context, added);
                input.add(context + added);
                ends[i] = context + added + (answer == null ? 0 : answer);
                if (answer != null) {
                    output.add(answer);
                }
            }
        }
        EntryProblems problems = contents.problems();
        TimeUnitName unit = EntryFormats.unitOf(reference);
        return new DatasetSummary(
                reference.path(),
                reference.format(),
                !timed ? null : unit == null ? "dates" : unit.plural(),
                contents.sha256(),
                contents.entries(),
                size(),
                (long) input.size(),
                problems.badCount(),
                problems.leftOutCount(),
                problemTexts(problems),
                timed ? arrivals() : null,
                !texts ? "recorded" : tokenizer == null ? "characters / " + CHARACTERS_PER_TOKEN : "tokenizer",
                input.distribution(),
                output.isEmpty() ? null : output.distribution(),
                turns.distribution(),
                prefixes.of(input.sum()));
    }

    private List<String> problemTexts(EntryProblems problems) {
        List<String> texts = new ArrayList<>(problems.named());
        if (problems.leftOutCount() > 0) {
            texts.add(problems.leftOutNames());
        }
        texts.addAll(contents.notes());
        return List.copyOf(texts);
    }

    private static int added(SessionEntry.Turn turn, @Nullable Tokenizer tokenizer) {
        if (turn.prompt() != null) {
            return turn.prompt().tokens();
        }
        return count(DatasetPrompts.text(turn.messages() == null ? List.of() : turn.messages()), tokenizer);
    }

    private static @Nullable Integer outputTokens(SessionEntry.Turn turn, @Nullable Tokenizer tokenizer) {
        if (turn.outputTokens() != null) {
            return turn.outputTokens();
        }
        return turn.answer() == null ? null : Integer.valueOf(count(turn.answer(), tokenizer));
    }

    private static int count(String text, @Nullable Tokenizer tokenizer) {
        return tokenizer == null ? Math.ceilDiv(text.length(), CHARACTERS_PER_TOKEN) : tokenizer.count(text);
    }

    private DatasetSummary.Arrivals arrivals() {
        long span = startNanos(size() - 1);
        double bucketNanos = Math.max(1, (double) span / BUCKETS);
        long[] counts = new long[span == 0 ? 1 : BUCKETS];
        double gapSquares = 0;
        for (int session = 0; session < size(); session++) {
            long start = startNanos(session);
            counts[(int) Math.min(counts.length - 1L, (long) (start / bucketNanos))]++;
            double gap = session == 0 ? 0 : start - startNanos(session - 1);
            gapSquares += gap * gap;
        }
        int gaps = size() - 1;
        double mean = gaps == 0 ? 0 : (double) span / gaps;
        double variance = gaps == 0 ? 0 : Math.max(0, gapSquares / gaps - mean * mean);
        List<Long> buckets = new ArrayList<>();
        long most = 0;
        for (long count : counts) {
            buckets.add(count);
            most = Math.max(most, count);
        }
        double bucketSeconds = bucketNanos / 1e9;
        return new DatasetSummary.Arrivals(
                span / 1e9,
                span == 0 ? 0 : size() / (span / 1e9),
                span == 0 ? 0 : most / bucketSeconds,
                mean == 0 ? 0 : Math.sqrt(variance) / mean,
                span == 0 ? 0 : bucketSeconds,
                List.copyOf(buckets));
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
