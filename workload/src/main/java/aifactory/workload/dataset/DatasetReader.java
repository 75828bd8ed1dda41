package aifactory.workload.dataset;

import aifactory.workload.DatasetReference;
import aifactory.workload.TimeUnitName;
import aifactory.workload.dataset.entry.Entry;
import aifactory.workload.dataset.entry.EntryParser;
import aifactory.workload.dataset.entry.EntryProblemException;
import aifactory.workload.dataset.entry.SessionEntry;
import aifactory.workload.dataset.entry.TracedTurn;
import aifactory.workload.dataset.source.DatasetException;
import aifactory.workload.dataset.source.DatasetSource;
import aifactory.workload.dataset.source.RecordStore;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Reads the files of a dataset once: looks at every entry, and notes where it is. Used once. */
final class DatasetReader implements DatasetSource.Consumer {
    private final DatasetReference reference;
    private final EntryParser parser;
    private final boolean keepsSpans;
    private final RecordStore store;
    private final RecordTable records = new RecordTable();
    private final SessionTable sessions = new SessionTable(records);
    private final EntryProblems problems = new EntryProblems();
    private final IdentifierMap sessionsByKey = new IdentifierMap();
    private final IdentifierMap recordsById = new IdentifierMap();
    private final List<String> notes = new ArrayList<>();
    private String unit = "entry";

    DatasetReader(DatasetReference reference, EntryParser parser, RecordStore store) {
        this.reference = reference;
        this.parser = parser;
        this.store = store;
        this.keepsSpans = reference.format() == DatasetReference.Format.OPENTELEMETRY;
    }

    /**
     * What was read.
     *
     * @param entries of the files, usable or not
     * @param notes for the user, each a line
     */
    record Contents(
            RecordTable records,
            SessionTable sessions,
            EntryProblems problems,
            int entries,
            String sha256,
            List<String> notes) {}

    /**
     * Reads all entries.
     *
     * @param timed whether the times of the entries are those at which they are sent
     * @throws DatasetException without the path of the dataset in its message
     */
    Contents read(DatasetSource source, boolean timed) throws DatasetException {
        String sha256 = source.read(store, !keepsSpans, this);
        int all = records.size() + problems.badCount() + problems.leftOutCount();
        if (records.hasParents()) {
            linkParents();
        } else {
            sortTurns();
        }
        if (timed && sessions.size() > 0) {
            TimeUnitName timeUnit = EntryFormats.unitOf(reference);
            TraceTimes times = new TraceTimes(sessions, timeUnit, reference.timeUnit() != null);
            times.order((record, problem) -> problems.bad(placeOf(record), problem));
            if (times.disordered() > 0) {
                notes.add(
                        times.disordered() + " of " + all + " entries were not in the order of time: they are sorted");
            }
        }
        requireUsable(all);
        return new Contents(records, sessions, problems, all, sha256, List.copyOf(notes));
    }

    @Override
    public void record(JsonNode record, long position, int length, DatasetSource.Place place)
            throws DatasetException, IOException {
        unit = place.unit();
        try {
            for (Entry entry : parser.parse(record)) {
                add(entry, position, length, place);
            }
        } catch (EntryProblemException e) {
            problems.bad(place.toString(), String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void broken(DatasetSource.Place place, String problem) {
        unit = place.unit();
        problems.bad(place.toString(), problem);
    }

    /** The file is not known any more, but for one file it need not be. */
    private String placeOf(int record) {
        return unit + " " + records.number(record);
    }

    private void add(Entry entry, long position, int length, DatasetSource.Place place)
            throws DatasetException, IOException, EntryProblemException {
        switch (entry) {
            case Entry.LeftOut leftOut -> problems.leftOut(place.toString(), leftOut.reason());
            case SessionEntry session ->
                sessions.start(add(position, length, session.turns().size(), place, session.timestampNanos()));
            case TracedTurn turn -> addTraced(turn, position, length, place);
        }
    }

    private void addTraced(TracedTurn turn, long position, int length, DatasetSource.Place place)
            throws DatasetException, IOException, EntryProblemException {
        long id = turn.id() == null ? 0 : IdentifierMap.key(turn.id());
        if (turn.id() != null && recordsById.get(id) != IdentifierMap.ABSENT) {
            throw new EntryProblemException("has chat_id " + turn.id() + ", which " + unit + " "
                    + records.number(recordsById.get(id)) + " has too");
        }
        int record;
        if (keepsSpans) {
            byte[] kept = KeptSpans.bytes(turn);
            record = add(store.append(kept), kept.length, 1, place, turn.timestampNanos());
        } else {
            record = add(position, length, 1, place, turn.timestampNanos());
        }
        if (turn.id() != null) {
            recordsById.put(id, record);
            if (turn.parent() != null) {
                records.setParentKey(record, IdentifierMap.key(turn.parent()));
            }
        }
        if (turn.session() == null) {
            sessions.start(record);
            return;
        }
        long key = IdentifierMap.key(turn.session());
        int session = sessionsByKey.get(key);
        if (session == IdentifierMap.ABSENT) {
            sessionsByKey.put(key, sessions.start(record));
        } else {
            sessions.append(session, record);
        }
    }

    private int add(long position, int length, int turns, DatasetSource.Place place, long timestampNanos)
            throws DatasetException {
        int record = records.add(position, length, turns, place.number(), timestampNanos);
        if (record == RecordTable.NONE) {
            throw new DatasetException("has more than " + RecordTable.MOST_RECORDS + " entries: divide it");
        }
        return record;
    }

    private void linkParents() {
        ParentLinks links = new ParentLinks(records, recordsById);
        links.link(sessions, record -> problems.bad(placeOf(record), "follows itself: its parents are a cycle"));
        if (links.missing() > 0) {
            notes.add(links.missing() + " entries follow one that is not in the file: they start sessions");
        }
    }

    /** The turns of a session in the order of time, where all have one. */
    private void sortTurns() {
        for (int session = 0; session < sessions.size(); session++) {
            int turns = 0;
            boolean sorted = true;
            boolean timed = true;
            long before = Long.MIN_VALUE;
            for (int record = sessions.first(session); record != RecordTable.NONE; record = records.next(record)) {
                turns++;
                long time = records.timestampNanos(record);
                timed &= time != Entry.NO_TIME;
                sorted &= time >= before;
                before = time;
            }
            if (timed && !sorted) {
                int[] chain = new int[turns];
                int next = 0;
                for (int record = sessions.first(session); record != RecordTable.NONE; record = records.next(record)) {
                    chain[next++] = record;
                }
                IntSort.sort(
                        chain,
                        (one, other) -> Long.compare(records.timestampNanos(one), records.timestampNanos(other)));
                sessions.relink(session, chain);
            }
        }
    }

    private void requireUsable(int all) throws DatasetException {
        Double asked = reference.maxBadEntries();
        double limit = asked == null ? DatasetReference.DEFAULT_MAX_BAD_ENTRIES : asked;
        if (problems.badCount() > limit * all) {
            throw new DatasetException(
                    problems.badCount() + " of " + all + " entries cannot be used, above the limit of "
                            + percent(limit) + " (--max-bad-entries): " + String.join("; ", problems.named())
                            + (problems.badCount() > problems.named().size() ? "; …" : ""));
        }
        if (sessions.size() == 0) {
            String format = reference.format().name().toLowerCase(Locale.ROOT);
            throw new DatasetException("has "
                    + (all == 0 ? "no entries" : all + " entries and none that can be sent: " + leftOut())
                    + ": is it the right file, and its format " + format + "?");
        }
    }

    private String leftOut() {
        return problems.leftOutCount() > 0 ? problems.leftOutNames() : problems.first();
    }

    static String percent(double share) {
        return new BigDecimal(share * 100)
                        .round(new MathContext(3))
                        .stripTrailingZeros()
                        .toPlainString()
                + " %";
    }

    /** The dataset with its path in front of messages. */
    static DatasetException named(Path path, DatasetException e) {
        String message = String.valueOf(e.getMessage());
        boolean place = message.matches("(?s)(line|row|entry|conversation) \\d.*");
        boolean count = message.matches("(?s)\\d.*");
        return new DatasetException("dataset " + path + (place ? ", " : count ? ": " : " ") + message);
    }
}
