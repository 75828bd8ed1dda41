package aifactory.commandline.verb;

import aifactory.commandline.benchmark.BenchmarkPlan;
import aifactory.commandline.benchmark.BenchmarkRunner;
import aifactory.commandline.benchmark.RunDelivery;
import aifactory.commandline.benchmark.TimeLimit;
import aifactory.commandline.composition.OwnService;
import aifactory.commandline.composition.SimulatorProcess;
import aifactory.commandline.composition.TemporaryDirectory;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.history.HistoryRecorder;
import aifactory.commandline.history.RunLabel;
import aifactory.commandline.load.BenchmarkFile;
import aifactory.commandline.load.LoadOptions;
import aifactory.commandline.load.LoadRequest;
import aifactory.commandline.logging.LogSettings;
import aifactory.commandline.option.CountConverter;
import aifactory.commandline.option.DispatcherKind;
import aifactory.commandline.option.DurationConverter;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.option.PlacementOptions;
import aifactory.commandline.option.ResultOptions;
import aifactory.commandline.output.OutputDirectory;
import aifactory.commandline.progress.ProgressDisplay;
import aifactory.commandline.progress.ProgressText;
import aifactory.commandline.session.Session;
import aifactory.protocol.WorkloadRequest;
import aifactory.workload.DurationText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code aifactory demo}. */
@Command(
        name = "demo",
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Show a whole benchmark on this machine: a simulated AI server, a Client Service, client processes that",
            "register with it, a synchronized run, and one merged result. Only the files of the run are kept,",
            "in results/RUN_ID or the directory of --output."
        })
public final class DemoCommand extends Verb implements Callable<Integer> {
    private static final Duration USUAL_DURATION = Duration.ofSeconds(20);
    private static final double USUAL_REQUEST_RATE = 20;
    /** More processes than this on one machine are no demonstration. */
    private static final long MOST_CLIENTS = 64;

    @Option(
            names = "--num-clients",
            paramLabel = "N",
            converter = CountConverter.Clients.class,
            description = "client processes; default: 4")
    private long numClients = 4;

    @Option(
            names = "--ttft",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "the simulated server's time to first token; default: 50ms")
    private Duration timeToFirstToken = Duration.ofMillis(50);

    @Option(
            names = "--inter-token-latency",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "the simulated server's time between tokens; default: 10ms")
    private Duration interTokenLatency = Duration.ofMillis(10);

    @Option(
            names = "--fault",
            paramLabel = "FAULT",
            description = "fault that the simulated server injects; repeatable")
    private List<String> faults = List.of();

    @Mixin
    private ResultOptions result = new ResultOptions();

    @Mixin
    private OutputFormat format = new OutputFormat();

    @Mixin
    private LoadOptions load = new LoadOptions();

    private final Session session;
    private final Configuration configuration;

    public DemoCommand(Session session, Configuration configuration) {
        this.session = session;
        this.configuration = configuration;
    }

    @Override
    public Integer call() {
        LogSettings.apply(configuration, "warn");
        if (numClients > MOST_CLIENTS) {
            throw CommandFailure.wrongInput("--num-clients " + numClients
                    + ": a demonstration on one machine takes at most " + MOST_CLIENTS + " clients");
        }
        RunLabel label = result.label();
        load.useUnlessGiven(USUAL_REQUEST_RATE, USUAL_DURATION);
        WorkloadRequest workload = LoadRequest.of(session, load, BenchmarkFile.empty());
        int minutes = TimeLimit.minutesFor(LoadRequest.resolve(workload, Math.toIntExact(numClients)));
        Path output = result.output(session);
        Path probed = output == null ? RunDelivery.usualParent(session) : output;
        BenchmarkRunner.Outcome outcome;
        try (OutputDirectory prepared = OutputDirectory.prepare(probed);
                TemporaryDirectory temporary = TemporaryDirectory.make(session);
                ProgressDisplay display = starting(ProgressDisplay.of(session, format.isJson()));
                SimulatorProcess simulator = startSimulator(temporary.path());
                OwnService service = OwnService.start(session, configuration, DispatcherKind.LOCAL, temporary.path())) {
            outcome = new BenchmarkRunner(session, service.client(), display)
                    .run(new BenchmarkPlan(
                            List.of(simulator.address()),
                            null,
                            Math.toIntExact(numClients),
                            minutes,
                            new PlacementOptions(),
                            workload,
                            result.maxFailed(),
                            List.of(),
                            output == null ? null : prepared.path()));
        }
        HistoryRecorder.record(session, configuration, outcome.result().summary(), outcome.directory(), label);
        return ResultPrinter.print(
                session, format.isJson(), outcome.result().summary(), outcome.directory(), outcome.verdict());
    }

    /** The first line comes before anything that takes time. */
    private static ProgressDisplay starting(ProgressDisplay display) {
        display.show(ProgressText.of("starting", "starting a simulated AI server and a Client Service"));
        return display;
    }

    private SimulatorProcess startSimulator(Path directory) {
        List<String> options = new ArrayList<>(List.of(
                "--ttft",
                DurationText.format(timeToFirstToken),
                "--inter-token-latency",
                DurationText.format(interTokenLatency),
                // What the demonstration shows are the clients: the server takes all that they send.
                "--max-num-seqs",
                "100000"));
        faults.forEach(fault -> options.addAll(List.of("--fault", fault)));
        return SimulatorProcess.start(session, options, directory.resolve("simulator.err"));
    }
}
