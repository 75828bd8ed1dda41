package aifactory.workload.dataset;

import aifactory.workload.dataset.entry.Entry;
import aifactory.workload.dataset.entry.EntryParser;
import aifactory.workload.dataset.entry.EntryProblemException;
import aifactory.workload.dataset.entry.SessionEntry;
import aifactory.workload.dataset.entry.TracedTurn;
import aifactory.workload.dataset.source.RecordStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the sessions of a dataset again when they are sent. Asked by one thread at a time. */
final class SessionReader {
    private final String path;
    private final RecordTable records;
    private final SessionTable sessions;
    private final RecordStore store;
    private final EntryParser parser;
    private int latest = -1;
    private @Nullable SessionEntry latestEntry;

    SessionReader(String path, RecordTable records, SessionTable sessions, RecordStore store, EntryParser parser) {
        this.path = path;
        this.records = records;
        this.sessions = sessions;
        this.store = store;
        this.parser = parser;
    }

    /**
     * A session; reading the same one again is free.
     *
     * @throws UncheckedIOException when a file cannot be read any more, or has changed
     */
    SessionEntry session(int number) {
        SessionEntry known = latestEntry;
        if (number == latest && known != null) {
            return known;
        }
        try {
            SessionEntry entry = read(number);
            if (entry.turns().size() != sessions.turns(number)) {
                throw new IOException(
                        "it has " + entry.turns().size() + " turns in place of " + sessions.turns(number));
            }
            latest = number;
            latestEntry = entry;
            return entry;
        } catch (IOException | EntryProblemException e) {
            throw new UncheckedIOException(new IOException(
                    "dataset " + path + " has changed since the run was prepared: leave it alone while runs use it",
                    e));
        }
    }

    private SessionEntry read(int number) throws IOException, EntryProblemException {
        int record = sessions.first(number);
        Entry first = entry(record);
        if (first instanceof SessionEntry session) {
            return session;
        }
        List<TracedTurn> traced = new ArrayList<>();
        for (; record != RecordTable.NONE; record = records.next(record)) {
            if (entry(record) instanceof TracedTurn turn) {
                traced.add(turn);
            }
        }
        List<SessionEntry.Turn> turns = new ArrayList<>();
        Map<String, Integer> byId = new HashMap<>();
        for (TracedTurn turn : traced) {
            Integer parent = turn.parent() == null ? null : byId.get(turn.parent());
            int previous = turn.id() == null ? turns.size() - 1 : parent == null ? SessionEntry.NO_TURN : parent;
            turns.add(turn(turn, previous, previous == SessionEntry.NO_TURN ? null : traced.get(previous)));
            if (turn.id() != null) {
                byId.put(turn.id(), turns.size() - 1);
            }
        }
        return new SessionEntry(
                turns, traced.isEmpty() ? Entry.NO_TIME : traced.getFirst().timestampNanos());
    }

    private Entry entry(int record) throws IOException, EntryProblemException {
        List<Entry> entries = parser.parse(store.read(records.position(record), records.length(record)));
        if (entries.size() != 1) {
            throw new IOException("a record has " + entries.size() + " entries");
        }
        return entries.getFirst();
    }

    /**
     * A request with what it adds to its conversation: recorded lengths are those of whole prompts. A prompt that is
     * shorter than the conversation before it starts a new one, as where a client cuts its context.
     */
    private static SessionEntry.Turn turn(TracedTurn turn, int previous, @Nullable TracedTurn before) {
        int context = before == null ? 0 : before.inputTokens() + before.outputTokens();
        boolean continues = before != null && turn.inputTokens() > context;
        int skipped = continues ? context : 0;
        return new SessionEntry.Turn(
                null,
                new SessionEntry.GeneratedPrompt(
                        turn.inputTokens() - skipped, skipped, turn.blocks(), turn.blockTokens()),
                turn.outputTokens(),
                null,
                before == null ? null : turn.delayNanos(),
                turn.timestampNanos(),
                continues ? previous : SessionEntry.NO_TURN,
                before == null ? List.of() : List.of(previous),
                null);
    }
}
