package aifactory.commandline.benchmark;

import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.composition.TemporaryDirectory;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.load.ServiceLevel;
import aifactory.commandline.output.OutputDirectory;
import aifactory.commandline.session.Session;
import aifactory.protocol.RunResult;
import aifactory.reporting.files.RunFiles;
import aifactory.reporting.records.RequestRecordFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Brings the files of a run from the Client Service into a directory. */
public final class RunDelivery {
    private static final String RESULTS = "results";

    private RunDelivery() {}

    /** The default directory for the files of a run: {@code results/RUN_ID} below the working directory. */
    public static Path usualDirectory(Session session, String runId) {
        return session.workingDirectory().resolve(RESULTS).resolve(runId);
    }

    /** The directory above those, which has to be writable before anything is started. */
    public static Path usualParent(Session session) {
        return session.workingDirectory().resolve(RESULTS);
    }

    /**
     * Writes all files of the run.
     *
     * @param serviceLevels of the benchmark file, against which the run is checked
     * @return the result that was written
     */
    public static RunResult deliver(
            Session session, ServiceClient service, String runId, Path directory, List<ServiceLevel> serviceLevels) {
        RunResult result = judged(service.result(runId), serviceLevels);
        try (OutputDirectory output = OutputDirectory.prepare(directory);
                TemporaryDirectory temporary = TemporaryDirectory.make(session)) {
            Path records = temporary.path().resolve(RunFiles.RECORDS_PLAIN);
            service.downloadRecords(runId, records);
            RunFiles.write(output.path(), result, new RequestRecordFile(records));
            return result;
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.WRONG_INPUT,
                    e.getMessage() + "; the run is kept by the service: 'aifactory report " + runId
                            + " --output DIR' writes its files elsewhere",
                    e);
        }
    }

    private static RunResult judged(RunResult result, List<ServiceLevel> serviceLevels) {
        return serviceLevels.isEmpty()
                ? result
                : result.withServiceLevels(serviceLevels.stream()
                        .map(level -> level.judge(result.summary()))
                        .toList());
    }
}
