package aifactory.commandline.verb;

import aifactory.commandline.aiserver.AiServerCheck;
import aifactory.commandline.api.ServiceAccess;
import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.benchmark.BenchmarkPlan;
import aifactory.commandline.benchmark.BenchmarkRunner;
import aifactory.commandline.benchmark.RunDelivery;
import aifactory.commandline.benchmark.TimeLimit;
import aifactory.commandline.composition.OwnService;
import aifactory.commandline.composition.TemporaryDirectory;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.failure.ExitCode;
import aifactory.commandline.history.HistoryRecorder;
import aifactory.commandline.history.RunLabel;
import aifactory.commandline.load.BenchmarkFile;
import aifactory.commandline.load.LoadOptions;
import aifactory.commandline.load.LoadRequest;
import aifactory.commandline.logging.LogSettings;
import aifactory.commandline.option.AiServerFiles;
import aifactory.commandline.option.AiServerOption;
import aifactory.commandline.option.CountConverter;
import aifactory.commandline.option.DispatcherKind;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.option.PlacementOptions;
import aifactory.commandline.option.ResultOptions;
import aifactory.commandline.option.ServiceOptions;
import aifactory.commandline.output.OutputDirectory;
import aifactory.commandline.progress.ProgressDisplay;
import aifactory.commandline.progress.ProgressText;
import aifactory.commandline.session.Session;
import aifactory.protocol.ServerRequest;
import aifactory.protocol.WorkloadRequest;
import aifactory.service.dispatch.slurm.Allocation;
import aifactory.workload.WorkloadSpecification;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code aifactory benchmark}. */
@Command(
        name = "benchmark",
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Measure an AI server: create a group of client processes, wait for it, run the load, write the result and",
            "delete the group. Uses a running Client Service, or starts one for this benchmark.",
            "The files of the run are written to results/RUN_ID, or to the directory of --output."
        })
public final class BenchmarkCommand extends Verb implements Callable<Integer> {
    private static final long USUAL_CLIENTS = 1;

    @Option(
            names = "--ai-server",
            paramLabel = "URL",
            split = ",",
            converter = AiServerOption.class,
            description =
                    "AI server to measure: http://HOST:PORT, https://HOST/PATH, unix:///PATH, or file:PATH with one"
                            + " address per line; repeatable: requests are spread over several")
    private @Nullable List<URI> aiServers;

    @Option(
            names = "--num-clients",
            paramLabel = "N",
            converter = CountConverter.Clients.class,
            description = "client processes; default: 1, and one per node inside a job")
    private @Nullable Long numClients;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "benchmark file (YAML); options override it")
    private @Nullable String file;

    @Option(
            names = "--dispatcher",
            paramLabel = "KIND",
            converter = DispatcherKind.Converter.class,
            completionCandidates = DispatcherKind.Converter.class,
            description =
                    "what starts the clients: ${COMPLETION-CANDIDATES}; default: local, and allocation inside a job")
    private @Nullable DispatcherKind dispatcher;

    @Option(
            names = "--time-limit",
            paramLabel = "MINUTES",
            converter = CountConverter.Minutes.class,
            description = "time limit of the group; default: derived from the load")
    private @Nullable Long timeLimit;

    @Option(
            names = "--baseline",
            paramLabel = "RUN",
            description =
                    "run, group or directory of a run's files to compare the result with; a failed condition of the"
                            + " file's 'gates' gives exit code 1")
    private @Nullable String baseline;

    @Mixin
    private PlacementOptions placement = new PlacementOptions();

    @Mixin
    private ResultOptions result = new ResultOptions();

    @Mixin
    private OutputFormat format = new OutputFormat();

    @Mixin
    private LoadOptions load = new LoadOptions();

    @Mixin
    private ServiceOptions serviceOptions = new ServiceOptions();

    private final Session session;
    private final Configuration configuration;

    public BenchmarkCommand(Session session, Configuration configuration) {
        this.session = session;
        this.configuration = configuration;
    }

    @Override
    public Integer call() {
        LogSettings.apply(configuration, "warn");
        RunLabel label = result.label();
        BenchmarkFile asked = file == null ? BenchmarkFile.empty() : BenchmarkFile.read(session.resolve(file));
        WorkloadRequest workload = LoadRequest.of(session, load, asked);
        DispatcherKind kind = dispatcher(asked);
        BenchmarkPlan plan = plan(asked, workload, kind);
        Path probed = plan.output() == null ? RunDelivery.usualParent(session) : plan.output();
        if (baseline == null && !asked.gates().isEmpty()) {
            session.note("aifactory: the gates of " + file + " are not checked: name a run with --baseline");
        }
        try (TemporaryDirectory fetched = TemporaryDirectory.make(session)) {
            BaselineComparison comparison = baseline(fetched.path());
            BenchmarkRunner.Outcome outcome = measure(plan, kind, probed);
            HistoryRecorder.record(session, configuration, outcome.result().summary(), outcome.directory(), label);
            int exitCode = ResultPrinter.print(
                    session, format.isJson(), outcome.result().summary(), outcome.directory(), outcome.verdict());
            ExitCode compared = comparison == null
                    ? ExitCode.DONE
                    : comparison.judge(outcome.directory(), asked.gates(), format.isJson());
            return exitCode == ExitCode.DONE.number() ? compared.number() : exitCode;
        }
    }

    private BenchmarkRunner.Outcome measure(BenchmarkPlan plan, DispatcherKind kind, Path probed) {
        try (OutputDirectory _ = OutputDirectory.prepare(probed);
                ProgressDisplay display = ProgressDisplay.of(session, format.isJson())) {
            if (session.errIsTerminal()) {
                // Elsewhere a failure of the check is to be the only line.
                display.show(ProgressText.of("checking", "checking the AI servers"));
            }
            checkServers(plan);
            return run(plan, kind, display);
        }
    }

    private @Nullable BaselineComparison baseline(Path fetched) {
        String named = baseline;
        return named == null
                ? null
                : BaselineComparison.with(
                        session,
                        named,
                        new RunSource(session, configuration, serviceOptions)
                                .directory(named, fetched.resolve("baseline")));
    }

    private BenchmarkPlan plan(BenchmarkFile asked, WorkloadRequest workload, DispatcherKind kind) {
        List<URI> servers = AiServerFiles.expand(session, aiServers == null ? asked.aiServers() : aiServers);
        ServerRequest started = aiServers == null ? asked.server() : null;
        if (servers.isEmpty() && started == null) {
            throw CommandFailure.wrongInput(
                    "no AI server to measure: give one with --ai-server http://HOST:PORT, or have"
                            + " one started by a 'server' block in a benchmark file");
        }
        long clients = firstGiven(numClients, asked.numClients(), usualClients(kind));
        WorkloadSpecification specification = LoadRequest.resolve(workload, Math.toIntExact(clients));
        long minutes =
                firstGiven(timeLimit, asked.timeLimitMinutes(), (long) TimeLimit.minutesFor(specification, started));
        return new BenchmarkPlan(
                servers,
                started,
                Math.toIntExact(clients),
                Math.toIntExact(minutes),
                placement.over(asked.placement()),
                workload,
                result.maxFailed(),
                asked.serviceLevels(),
                result.output(session));
    }

    private void checkServers(BenchmarkPlan plan) {
        new AiServerCheck(session)
                .check(plan.aiServers(), List.of(LoadRequest.resolve(plan.workload(), plan.numClients())));
    }

    private BenchmarkRunner.Outcome run(BenchmarkPlan plan, DispatcherKind kind, ProgressDisplay display) {
        // A service elsewhere cannot use this allocation.
        Optional<ServiceClient> running = kind == DispatcherKind.ALLOCATION
                ? Optional.empty()
                : ServiceAccess.of(session, configuration).find(serviceOptions);
        if (running.isPresent()) {
            try (ServiceClient service = running.get()) {
                return new BenchmarkRunner(session, service, display).run(plan);
            }
        }
        try (TemporaryDirectory temporary = TemporaryDirectory.make(session);
                OwnService service = OwnService.start(session, configuration, kind, temporary.path())) {
            return new BenchmarkRunner(session, service.client(), display).run(plan);
        }
    }

    private DispatcherKind dispatcher(BenchmarkFile asked) {
        if (dispatcher != null) {
            return dispatcher;
        }
        if (asked.dispatcher() != null) {
            return asked.dispatcher();
        }
        return Allocation.of(session.environment()).isPresent() ? DispatcherKind.ALLOCATION : DispatcherKind.LOCAL;
    }

    /** An allocation is there to be used; elsewhere one client measures without being asked for more. */
    private long usualClients(DispatcherKind kind) {
        return kind == DispatcherKind.ALLOCATION
                ? Allocation.of(session.environment())
                        .map(allocation -> (long) allocation.nodes().size())
                        .orElse(USUAL_CLIENTS)
                : USUAL_CLIENTS;
    }

    private static long firstGiven(@Nullable Long option, @Nullable Long inFile, long usual) {
        if (option != null) {
            return option;
        }
        return inFile == null ? usual : inFile;
    }
}
