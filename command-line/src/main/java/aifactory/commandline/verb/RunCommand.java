package aifactory.commandline.verb;

import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.benchmark.RunDelivery;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.follow.RunFollower;
import aifactory.commandline.follow.RunVerdict;
import aifactory.commandline.history.HistoryRecorder;
import aifactory.commandline.history.RunLabel;
import aifactory.commandline.load.BenchmarkFile;
import aifactory.commandline.load.LoadOptions;
import aifactory.commandline.load.LoadRequest;
import aifactory.commandline.option.CountConverter;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.option.ResultOptions;
import aifactory.commandline.output.OutputDirectory;
import aifactory.commandline.progress.ProgressDisplay;
import aifactory.commandline.session.Session;
import aifactory.protocol.RunDispatched;
import aifactory.protocol.RunSummary;
import aifactory.protocol.WorkloadRequest;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aifactory run}. */
@Command(
        name = "run",
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Start a run on a group that is ready. With --follow, show its progress, print its result and write its"
                    + " files",
            "to results/RUN_ID or --output; an interruption then ends only the display: the run continues, and",
            "'aifactory stop ID' ends it."
        })
public final class RunCommand extends ServiceVerb {
    @Parameters(
            paramLabel = "ID",
            converter = CountConverter.BenchmarkId.class,
            description = "id of the group, a number")
    private long id;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "benchmark file (YAML); only model, workload and slo are used; options override it")
    private @Nullable String file;

    @Option(names = "--follow", description = "wait for the end of the run, print its result and write its files")
    private boolean follow;

    @Mixin
    private ResultOptions result = new ResultOptions();

    @Mixin
    private LoadOptions load = new LoadOptions();

    public RunCommand(Session session, Configuration configuration) {
        super(session, configuration);
    }

    @Override
    void check() {
        Path output = result.output(session);
        if (output != null && !follow) {
            throw CommandFailure.wrongInput(
                    "--output " + output + " requires --follow: without it this command does not wait to"
                            + " write the files; 'aifactory report RUN --output DIR' writes them later");
        }
    }

    @Override
    int call(ServiceClient service) {
        RunLabel label = result.label();
        BenchmarkFile asked = file == null ? BenchmarkFile.empty() : BenchmarkFile.read(session.resolve(file));
        WorkloadRequest workload = LoadRequest.of(session, load, asked);
        if (!follow) {
            return dispatch(service, workload);
        }
        Path output = result.output(session);
        // The id of the run, and with it the usual directory, is known only when the run has started.
        try (OutputDirectory _ = OutputDirectory.prepare(output == null ? RunDelivery.usualParent(session) : output)) {
            return follow(service, asked, workload, output, label);
        }
    }

    private int dispatch(ServiceClient service, WorkloadRequest workload) {
        RunDispatched run = service.run(id, workload);
        if (format.isJson()) {
            OutputFormat.printJson(session, run);
        } else {
            session.out()
                    .println("run " + run.runId() + " of group " + id + " is dispatched; 'aifactory wait " + id
                            + " --for done' waits for it, 'aifactory report " + run.runId()
                            + " --output DIR' writes its files");
        }
        return 0;
    }

    private int follow(
            ServiceClient service,
            BenchmarkFile asked,
            WorkloadRequest workload,
            @Nullable Path requestedOutput,
            RunLabel label) {
        RunDispatched run = service.run(id, workload);
        try (ProgressDisplay display = ProgressDisplay.of(session, format.isJson())) {
            new RunFollower(session, service).awaitEnd(run.runId(), display);
        } catch (CommandFailure failure) {
            throw failure.exitCode() == ExitCode.INTERRUPTED ? leaveRunning(run) : failure;
        }
        Path output = requestedOutput == null ? RunDelivery.usualDirectory(session, run.runId()) : requestedOutput;
        RunSummary summary = RunDelivery.deliver(session, service, run.runId(), output, asked.serviceLevels())
                .summary();
        HistoryRecorder.record(session, configuration, summary, output, label);
        RunVerdict verdict = RunVerdict.of(summary, result.maxFailed(), asked.serviceLevels());
        return ResultPrinter.print(session, format.isJson(), summary, output, verdict);
    }

    private CommandFailure leaveRunning(RunDispatched run) {
        return new CommandFailure(
                ExitCode.INTERRUPTED,
                "interrupted: run " + run.runId() + " continues; 'aifactory stop " + id
                        + "' ends it, 'aifactory report " + run.runId() + " --output DIR' writes its files");
    }
}
