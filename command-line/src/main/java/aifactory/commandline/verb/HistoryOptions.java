package aifactory.commandline.verb;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.history.History;
import aifactory.commandline.history.HistoryEntry;
import aifactory.commandline.history.HistoryQuery;
import aifactory.commandline.history.RunLabel;
import aifactory.commandline.option.DurationConverter;
import aifactory.commandline.session.Session;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which runs of the history a command is about. */
final class HistoryOptions {
    @Option(
            names = "--filter-name",
            paramLabel = "NAME",
            description = "only runs of that name or id; '*' stands for any characters")
    private @Nullable String name;

    @Option(names = "--filter-tag", paramLabel = "KEY=VALUE", description = "only runs with that tag; repeatable")
    private List<String> tags = new ArrayList<>();

    @Option(
            names = "--filter-model",
            paramLabel = "TEXT",
            description = "only runs of models with that text in their name")
    private @Nullable String model;

    @Option(
            names = "--verdict",
            paramLabel = "VERDICT",
            description = "only runs of that verdict: valid, invalid, incomplete, stopped, failed")
    private @Nullable String verdict;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "only runs since a date (2026-11-24) or of the last time (7d, 12h)")
    private @Nullable String since;

    /** The runs that match, the newest first. */
    List<HistoryEntry> select(Session session, Configuration configuration) {
        History history = History.of(session, configuration);
        History.Contents contents = history.read();
        if (contents.unreadable() > 0) {
            session.note("aifactory: " + contents.unreadable() + " lines of " + history.file()
                    + " are not runs and are ignored");
        }
        return new HistoryQuery(name, RunLabel.parseTags(tags), model, verdict, since(session))
                .select(contents.entries());
    }

    private @Nullable Instant since(Session session) {
        String given = since;
        if (given == null) {
            return null;
        }
        try {
            return given.matches("\\d{4}-\\d{2}-\\d{2}")
                    ? LocalDate.parse(given)
                            .atStartOfDay(ZoneId.systemDefault())
                            .toInstant()
                    : session.instants().instant().minus(new DurationConverter().convert(given));
        } catch (DateTimeException | TypeConversionException e) {
            throw CommandFailure.wrongInput("invalid value for --since: '" + given
                    + "' (expected a date such as 2026-11-24 or a time such as 7d)");
        }
    }
}
