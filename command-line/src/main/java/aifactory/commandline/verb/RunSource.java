package aifactory.commandline.verb;

import aifactory.commandline.api.ServiceAccess;
import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.benchmark.RunDelivery;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.history.History;
import aifactory.commandline.history.HistoryEntry;
import aifactory.commandline.option.ServiceOptions;
import aifactory.commandline.session.Session;
import aifactory.reporting.RequestRecordSource;
import aifactory.reporting.files.RunFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A run as users name it: the directory of its files, its id or name in the history, its id at the service, or the id
 * of the group whose latest run it is.
 */
final class RunSource {
    private final Session session;
    private final Configuration configuration;
    private final ServiceOptions serviceOptions;

    RunSource(Session session, Configuration configuration, ServiceOptions serviceOptions) {
        this.session = session;
        this.configuration = configuration;
        this.serviceOptions = serviceOptions;
    }

    /**
     * The directory with the files of the run.
     *
     * @param fetched where they are written when they have to be fetched from the service
     */
    Path directory(String name, Path fetched) {
        Path existing = session.resolve(name);
        if (Files.isDirectory(existing)) {
            if (!Files.exists(existing.resolve(RunFiles.SUMMARY))) {
                throw CommandFailure.wrongInput(existing + " holds no " + RunFiles.SUMMARY
                        + ": name the directory of a run's files, a run or a group");
            }
            requireRun(existing);
            return existing;
        }
        if (name.contains("/")) {
            throw CommandFailure.wrongInput(
                    "there is no directory " + existing + ": name the directory of a run's files, a run or a group");
        }
        Optional<HistoryEntry> known = History.of(session, configuration).read().find(name);
        if (known.isPresent()) {
            Path directory = session.resolve(known.get().directory());
            if (Files.exists(directory.resolve(RunFiles.SUMMARY))) {
                requireRun(directory);
                return directory;
            }
        }
        try (ServiceClient service = ServiceAccess.of(session, configuration).connect(serviceOptions)) {
            RunDelivery.deliver(session, service, runId(service, name), fetched, List.of());
            return fetched;
        }
    }

    /** Refuses a directory whose summary or records are cut off or of another program, rather than pass them on. */
    private static void requireRun(Path directory) {
        try (RequestRecordSource.Pass records =
                RunFiles.read(directory).records().open()) {
            while (records.next() != null) {
                // Reading is what checks a record.
            }
        } catch (IOException e) {
            throw CommandFailure.wrongInput(String.valueOf(e.getMessage()));
        }
    }

    private static String runId(ServiceClient service, String name) {
        if (!name.matches("\\d{1,18}")) {
            if (!name.matches("[A-Za-z0-9._-]+")) {
                throw CommandFailure.wrongInput("'" + name + "' is neither a directory nor a run nor a group");
            }
            return name;
        }
        String latest = service.showGroup(Long.parseLong(name)).info().latestRunId();
        if (latest == null) {
            throw CommandFailure.wrongInput(
                    "group " + name + " has had no run yet: start one with 'aifactory run " + name + "'");
        }
        return latest;
    }
}
