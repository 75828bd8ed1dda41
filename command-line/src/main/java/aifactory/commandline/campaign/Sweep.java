package aifactory.commandline.campaign;

import aifactory.commandline.aiserver.AiServerCheck;
import aifactory.commandline.api.ServiceAccess;
import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.benchmark.TimeLimit;
import aifactory.commandline.composition.OwnService;
import aifactory.commandline.composition.TemporaryDirectory;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.load.ServerSizing;
import aifactory.commandline.option.DispatcherKind;
import aifactory.commandline.option.PlacementOptions;
import aifactory.commandline.option.ServiceOptions;
import aifactory.commandline.output.OutputDirectory;
import aifactory.commandline.progress.ProgressDisplay;
import aifactory.commandline.session.Session;
import aifactory.commandline.version.BuildInformation;
import aifactory.protocol.PlanView;
import aifactory.reporting.campaign.CampaignDocument;
import aifactory.service.dispatch.slurm.Allocation;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A campaign from its file to its page: what cannot work is refused before anything is submitted. */
public final class Sweep {
    /** The name of the page in the campaign's directory. */
    public static final String PAGE = CampaignStore.PAGE;

    private static final String USUAL_LATENCY = "ttft_ms.p99";

    private final Session session;
    private final Configuration configuration;
    private final Path file;
    private final Campaign campaign;
    private final DispatcherKind dispatcher;
    private final int minutes;

    private Sweep(
            Session session, Configuration configuration, Path file, Campaign campaign, DispatcherKind dispatcher) {
        this.session = session;
        this.configuration = configuration;
        this.file = file;
        this.campaign = campaign;
        this.dispatcher = dispatcher;
        this.minutes = CampaignTime.minutes(
                campaign.sweep(),
                mostRuns(),
                campaign.pause(),
                campaign.base().timeLimitMinutes(),
                TimeLimit.readyTimeout(campaign.base().server()));
    }

    /**
     * Reads the campaign file.
     *
     * @param given on the command line; null for the file's, or the usual one
     * @throws CommandFailure with exit code 2 for invalid input
     */
    public static Sweep read(
            Session session,
            Configuration configuration,
            Path file,
            boolean findCapacity,
            @Nullable DispatcherKind given) {
        Campaign campaign = CampaignFile.read(session, file, findCapacity);
        if (campaign.base().aiServers().isEmpty() && campaign.base().server() == null) {
            throw CommandFailure.wrongInput("no AI server to measure: name it in " + file
                    + " as ai_servers: [http://HOST:PORT], or have one started by a server block");
        }
        DispatcherKind inFile = campaign.base().dispatcher();
        DispatcherKind usual =
                Allocation.of(session.environment()).isPresent() ? DispatcherKind.ALLOCATION : DispatcherKind.LOCAL;
        return new Sweep(
                session, configuration, file, campaign, given != null ? given : inFile != null ? inFile : usual);
    }

    private int mostRuns() {
        CapacityTargets find = campaign.find();
        return find == null
                ? campaign.sweep().size() * campaign.repeats()
                : find.bounds().mostSteps();
    }

    /** A description of what would be run, each line ended. */
    public String preview() {
        StringBuilder text = new StringBuilder();
        CapacityTargets find = campaign.find();
        if (find != null) {
            text.append("search of ")
                    .append(find.vary())
                    .append(String.format(
                            Locale.ROOT,
                            " from %.4g to %.4g, at most %d steps of %s\n",
                            find.bounds().lowest(),
                            find.bounds().highest(),
                            find.bounds().mostSteps(),
                            needed(campaign.sweep().getFirst())));
        } else {
            campaign.sweep()
                    .forEach(step -> text.append(step.name())
                            .append("  (")
                            .append(step.numClients())
                            .append(" clients, ")
                            .append(needed(step))
                            .append(campaign.repeats() > 1 ? ", " + campaign.repeats() + " times" : "")
                            .append(")\n"));
        }
        text.append("groups of ")
                .append(minutes)
                .append(" min by the ")
                .append(dispatcher.toString().toLowerCase(Locale.ROOT));
        return text.append(" dispatcher\n").toString();
    }

    private static String needed(CampaignStep step) {
        return step.needed() == null ? "unknown length" : step.needed().toSeconds() + " s";
    }

    /** Runs what is left of the campaign, and writes its page. */
    public CampaignDocument run(Path directory, ServiceOptions serviceOptions, boolean quiet) {
        CapacityTargets find = campaign.find();
        String latency = find == null || find.serviceLevels().isEmpty()
                ? USUAL_LATENCY
                : find.serviceLevels().getFirst().metric().jsonName() + "."
                        + find.serviceLevels().getFirst().statistic();
        CampaignDocument begun = CampaignDocument.begun(
                campaign.sha256(), session.instants().instant().toString(), latency, find == null ? null : find.vary());
        try (OutputDirectory output = OutputDirectory.prepare(directory);
                ProgressDisplay display = ProgressDisplay.of(session, quiet)) {
            CampaignStore store = CampaignStore.open(
                    output.path(), BuildInformation.ofThisProgram().version(), begun);
            if (!store.document().steps().isEmpty()) {
                session.note("aifactory: " + directory + " holds "
                        + store.document().steps().size() + " steps of this campaign"
                        + (store.document().complete() ? ", which is complete" : "; resuming"));
            }
            if (!store.document().complete()) {
                checkServers();
                withService(serviceOptions, service -> runWith(service, store, display));
            }
            store.writePage();
            return store.document();
        }
    }

    private interface Work {
        void with(ServiceClient service);
    }

    private void withService(ServiceOptions serviceOptions, Work work) {
        // A service elsewhere cannot use this allocation.
        Optional<ServiceClient> running = dispatcher == DispatcherKind.ALLOCATION
                ? Optional.empty()
                : ServiceAccess.of(session, configuration).find(serviceOptions);
        if (running.isPresent()) {
            try (ServiceClient service = running.get()) {
                work.with(service);
            }
            return;
        }
        try (TemporaryDirectory temporary = TemporaryDirectory.make(session);
                OwnService service = OwnService.start(session, configuration, dispatcher, temporary.path())) {
            work.with(service.client());
        }
    }

    private void runWith(ServiceClient service, CampaignStore store, ProgressDisplay display) {
        checkPlaces(service);
        PlacementOptions placement = new PlacementOptions().over(campaign.base().placement());
        try (CampaignGroups groups = new CampaignGroups(
                session,
                service,
                display,
                store,
                placement,
                campaign.base().aiServers(),
                campaign.base().server())) {
            new CampaignRunner(session, service, campaign, file, store, groups, minutes, step -> {
                        // Progress and results may go to the same terminal.
                        display.close();
                        session.err().println(line(step));
                    })
                    .run();
        }
    }

    private String line(CampaignDocument.Step step) {
        CampaignDocument.Figures figures = step.figures();
        String verdict = step.verdict() == null ? "" : step.verdict().name().toLowerCase(Locale.ROOT) + ": ";
        String told = "step " + step.number() + ": " + step.name() + " (" + step.why() + ") " + verdict + step.words();
        return step.runId() == null
                ? told
                : told + String.format(Locale.ROOT, "; %.4g requests/s", figures.requestThroughput());
    }

    private void checkServers() {
        new AiServerCheck(session)
                .check(
                        campaign.base().aiServers(),
                        campaign.sweep().stream()
                                .map(CampaignStep::specification)
                                .toList());
    }

    /**
     * Asks the dispatcher about every number of clients, so that a campaign does not fail half way for lack of nodes.
     */
    private void checkPlaces(ServiceClient service) {
        TreeSet<Integer> counts =
                campaign.sweep().stream().map(CampaignStep::numClients).collect(Collectors.toCollection(TreeSet::new));
        CapacityTargets find = campaign.find();
        if (find != null) {
            counts.add(find.maxClients());
        }
        Map<String, String> query = new LinkedHashMap<>();
        query.put(
                "num_clients",
                Integer.toString(
                        counts.last() + ServerSizing.nodes(campaign.base().server())));
        query.put("time_limit", Integer.toString(minutes));
        String partition = campaign.base().placement().partition();
        if (partition != null) {
            query.put("partition", partition);
        }
        PlanView plan = service.plan(query);
        if (!plan.fits()) {
            throw CommandFailure.wrongInput("the campaign's largest step does not fit: " + counts.last()
                    + " clients for " + minutes + " min: " + plan.verdict() + "; see 'aifactory plan'");
        }
    }
}
