package aifactory.service;

import org.jspecify.annotations.Nullable;

/** Makes journal entries: every transition with its time and cause. The journal is also the audit log. Thread-safe. */
public final class Journal {
    private static final int LONGEST_CAUSE = 100_000;

    private final ServiceClock clock;

    public Journal(ServiceClock clock) {
        this.clock = clock;
    }

    /** Who asked, and from where: bound for the duration of a request. */
    public static final ScopedValue<Actor> ACTOR = ScopedValue.newInstance();

    /**
     * The user or program that made a request.
     *
     * @param name the kind of token that was shown
     * @param origin the address it came from
     */
    public record Actor(String name, String origin) {}

    public JournalEntry group(long benchmarkId, String event, @Nullable String cause) {
        return entry("group", benchmarkId, null, null, event, cause);
    }

    public JournalEntry client(long benchmarkId, int client, String event, @Nullable String cause) {
        return entry("client", benchmarkId, null, client, event, cause);
    }

    public JournalEntry run(long benchmarkId, String runId, String event, @Nullable String cause) {
        return entry("run", benchmarkId, runId, null, event, cause);
    }

    /** A request that changed something without a stored state, or that was refused. */
    public JournalEntry request(String event, @Nullable Long benchmarkId, @Nullable String cause) {
        return entry("request", benchmarkId, null, null, event, cause);
    }

    /** Valid for PostgreSQL, and limited to a readable length. */
    private static @Nullable String storable(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String plain = text.replace('\0', '?');
        return plain.length() <= LONGEST_CAUSE ? plain : plain.substring(0, LONGEST_CAUSE) + "…";
    }

    private JournalEntry entry(
            String subject,
            @Nullable Long benchmarkId,
            @Nullable String runId,
            @Nullable Integer client,
            String event,
            @Nullable String cause) {
        Actor actor = ACTOR.isBound() ? ACTOR.get() : null;
        return new JournalEntry(
                clock.epochMillis(),
                subject,
                benchmarkId,
                runId,
                client,
                event,
                storable(cause),
                actor == null ? "service" : actor.name(),
                actor == null ? null : actor.origin());
    }
}
