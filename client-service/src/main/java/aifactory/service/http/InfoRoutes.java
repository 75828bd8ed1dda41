package aifactory.service.http;

import aifactory.service.BuildIdentity;
import aifactory.service.RequestRefusedException;
import aifactory.service.access.RouteAccess;
import aifactory.service.coordination.GroupSupervisor;
import aifactory.service.persistence.JournalStore;
import aifactory.service.persistence.StateWriter;
import aifactory.service.persistence.StorageException;
import aifactory.service.redaction.Redaction;
import io.javalin.http.Context;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Information about the service. */
final class InfoRoutes implements ApiServer.Routes {
    private static final List<String> SUBJECTS = List.of("group", "client", "run", "request");

    private final JournalStore journal;
    private final StateWriter writer;
    private final GroupSupervisor supervisor;
    private final BuildIdentity build;

    InfoRoutes(JournalStore journal, StateWriter writer, GroupSupervisor supervisor, BuildIdentity build) {
        this.supervisor = supervisor;
        this.journal = journal;
        this.writer = writer;
        this.build = build;
    }

    @Override
    public void addTo(ApiServer.Registry registry) {
        registry.get("/health", RouteAccess.PUBLIC, this::health);
        registry.get("/ready", RouteAccess.PUBLIC, this::ready);
        registry.get("/api/v1/journal", this::journal);
    }

    private void health(Context context) {
        Map<String, Object> answer = new LinkedHashMap<>();
        String trouble = writer.threadTrouble() == null ? supervisor.trouble() : writer.threadTrouble();
        answer.put("status", trouble == null ? "healthy" : "unhealthy");
        answer.put("service", "aifactory");
        answer.put("version", build.version());
        if (trouble != null) {
            answer.put(
                    "detail",
                    trouble
                            + ": see that the disk, the database and Slurm answer, then start the service again; its"
                            + " log says more");
        }
        ApiServer.json(context, trouble == null ? 200 : 503, answer);
    }

    private void ready(Context context) {
        String trouble = writer.trouble();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("status", trouble == null ? "ready" : "not ready");
        if (trouble != null) {
            answer.put("detail", "the database cannot write: " + trouble + "; " + writer.remedy());
        }
        ApiServer.json(context, trouble == null ? 200 : 503, answer);
    }

    private void journal(Context context) throws StorageException {
        String id = context.queryParam("benchmark_id");
        Long benchmarkId = id == null ? null : RequestReader.number("benchmark_id", id, 0, Integer.MAX_VALUE);
        int limit = (int) RequestReader.numberOr("limit", context.queryParam("limit"), 100, 1, 10_000);
        int offset = (int) RequestReader.numberOr("offset", context.queryParam("offset"), 0, 0, Integer.MAX_VALUE);
        JournalStore.Filter filter = new JournalStore.Filter(
                benchmarkId,
                context.queryParam("run_id"),
                subject(context.queryParam("subject")),
                context.queryParam("event"),
                context.queryParam("actor"),
                time("since", context.queryParam("since")),
                time("until", context.queryParam("until")),
                optionalNumber("before", context.queryParam("before")));
        ApiServer.json(
                context,
                200,
                Map.of(
                        "entries",
                        journal.lines(filter, limit, offset).stream()
                                .map(InfoRoutes::shown)
                                .toList()));
    }

    private static JournalStore.Line shown(JournalStore.Line line) {
        return line.withCause(Redaction.cause(line.cause()));
    }

    private static @Nullable String subject(@Nullable String text) {
        if (text != null && !SUBJECTS.contains(text)) {
            throw RequestRefusedException.invalid("subject", "subject: " + String.join(", ", SUBJECTS) + " are known");
        }
        return text;
    }

    private static @Nullable Long optionalNumber(String field, @Nullable String text) {
        return text == null ? null : RequestReader.number(field, text, 0, Long.MAX_VALUE);
    }

    private static @Nullable Long time(String field, @Nullable String text) {
        try {
            return text == null ? null : Instant.parse(text).toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw RequestRefusedException.invalid(field, field + " is not a time: write it as 2026-01-31T12:00:00Z");
        }
    }
}
