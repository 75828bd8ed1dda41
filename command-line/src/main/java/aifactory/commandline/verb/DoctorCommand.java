package aifactory.commandline.verb;

import aifactory.commandline.api.ServiceAccess;
import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.composition.OwnProgram;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.doctor.FromNode;
import aifactory.commandline.doctor.NodeCheck;
import aifactory.commandline.doctor.NodeChecks;
import aifactory.commandline.doctor.NodeReport;
import aifactory.commandline.failure.CommandFailure;
import aifactory.commandline.option.AiServerFiles;
import aifactory.commandline.option.AiServerOption;
import aifactory.commandline.option.CountConverter;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.option.ServerAddress;
import aifactory.commandline.option.ServiceOptions;
import aifactory.commandline.option.VerboseOption;
import aifactory.commandline.session.Session;
import aifactory.protocol.GroupDiagnosis;
import aifactory.protocol.GroupView;
import aifactory.protocol.JobList;
import aifactory.protocol.JobView;
import aifactory.slurm.command.ProcessCommandRunner;
import aifactory.slurm.command.SlurmCommands;
import aifactory.slurm.command.SlurmEnvironment;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aifactory doctor}. */
@Command(
        name = "doctor",
        sortOptions = false,
        description = {
            "Diagnose why a group's job waits or failed, or why its clients do not register. Without an id: for",
            "every group. With --from-node: check names, ports and connections from a compute node, as a client would.",
            "The exit code is 1 if a problem is found."
        })
public final class DoctorCommand extends Verb implements Callable<Integer> {
    private static final int CLIENT_PORT = 9000;

    @Parameters(
            arity = "0..1",
            paramLabel = "ID",
            converter = CountConverter.BenchmarkId.class,
            description = "id of the group, a number")
    private @Nullable Long id;

    @Option(
            names = "--from-node",
            description = "run the checks on a node of the group's job, or of a separate allocation")
    private boolean fromNode;

    @Option(names = "--checks", description = "run the checks on this machine; used by --from-node on the node")
    private boolean checksHere;

    @Option(
            names = "--client-service-addr",
            paramLabel = "URL",
            converter = ServerAddress.class,
            description = "Client Service whose reachability is checked; default: the address given to clients")
    private List<URI> services = List.of();

    @Option(
            names = "--ai-server",
            paramLabel = "URL",
            split = ",",
            converter = AiServerOption.class,
            description = "AI server to check the way to; default: the group's")
    private List<URI> aiServers = List.of();

    @Option(names = "--partition", paramLabel = "NAME", description = "partition of the separate allocation")
    private @Nullable String partition;

    @Option(names = "--account", paramLabel = "NAME", description = "account of the separate allocation")
    private @Nullable String account;

    @Option(names = "--qos", paramLabel = "NAME", description = "quality of service of the separate allocation")
    private @Nullable String qos;

    @Mixin
    ServiceOptions serviceOptions = new ServiceOptions();

    @Mixin
    OutputFormat format = new OutputFormat();

    @Mixin
    VerboseOption verbose = new VerboseOption();

    private final Session session;
    private final Configuration configuration;

    public DoctorCommand(Session session, Configuration configuration) {
        this.session = session;
        this.configuration = configuration;
    }

    @Override
    public Integer call() {
        if (checksHere) {
            return show(
                    NodeChecks.run(
                            nodeName(),
                            services,
                            serviceOptions.certificateSha256(),
                            AiServerFiles.expand(session, aiServers),
                            CLIENT_PORT,
                            session.clock()),
                    "this machine");
        }
        try (ServiceClient service = ServiceAccess.of(session, configuration).connect(serviceOptions)) {
            if (fromNode) {
                return checkFromNode(service);
            }
            return id == null ? diagnoseAll(service) : diagnose(service, id);
        }
    }

    private String nodeName() {
        String ofSlurm = session.environment().get("SLURMD_NODENAME");
        if (ofSlurm != null && !ofSlurm.isBlank()) {
            return ofSlurm;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "this machine";
        }
    }

    private int diagnose(ServiceClient service, long group) {
        GroupDiagnosis diagnosis = service.diagnosis(group);
        verbose.show(session, diagnosis.nativeCommands());
        if (format.isJson()) {
            OutputFormat.printJson(session, diagnosis);
        } else {
            print(diagnosis);
        }
        return isFine(diagnosis) ? 0 : 1;
    }

    private static boolean isFine(GroupDiagnosis diagnosis) {
        return diagnosis.verdict().equals("fine") || diagnosis.verdict().equals("waiting");
    }

    private int diagnoseAll(ServiceClient service) {
        List<GroupDiagnosis> all = new ArrayList<>();
        for (JobView job : service.jobs(0).jobs()) {
            all.add(service.diagnosis(job.benchmarkId()));
        }
        if (format.isJson()) {
            OutputFormat.printJson(session, all);
        } else if (all.isEmpty()) {
            session.out()
                    .println("no groups, so nothing to diagnose; 'aifactory doctor ID' also knows groups that were"
                            + " deleted");
        } else {
            all.forEach(this::print);
        }
        all.forEach(diagnosis -> verbose.show(session, diagnosis.nativeCommands()));
        return all.stream().allMatch(DoctorCommand::isFine) ? 0 : 1;
    }

    private void print(GroupDiagnosis diagnosis) {
        Instant now = session.instants().instant();
        session.out()
                .println("group " + diagnosis.benchmarkId() + " is "
                        + diagnosis.status().name().toLowerCase(Locale.ROOT)
                        + (diagnosis.jobId() == null
                                ? ""
                                : ", job " + diagnosis.jobId() + " is " + diagnosis.jobState()
                                        + (diagnosis.reason() == null ? "" : " (" + diagnosis.reason() + ")")));
        session.out().println("  " + diagnosis.verdict() + ": " + diagnosis.cause());
        String start = diagnosis.expectedStart();
        if (start != null) {
            session.out().println("  expected start: " + Ages.at(start, now));
        }
        session.out().println("  remedy: " + diagnosis.remedy());
        diagnosis.facts().forEach(fact -> session.out().println("  - " + fact));
        LogsCommand.printFindings(session, diagnosis.findings());
    }

    private int checkFromNode(ServiceClient service) {
        JobList jobs = service.jobs(0);
        if (!jobs.dispatcher().startsWith("slurm")) {
            throw CommandFailure.wrongInput(
                    "--from-node checks from a node of a cluster, and this service starts clients by '"
                            + jobs.dispatcher() + "'; leave it out, or serve with --dispatcher slurm");
        }
        List<URI> toService = services.isEmpty() ? List.of(URI.create(jobs.clientServiceAddress())) : services;
        FromNode.Place place = place(service);
        List<String> command = FromNode.command(
                place,
                OwnProgram.command(),
                toService,
                service.certificateSha256(),
                aiServers.isEmpty() ? aiServersOf(service) : AiServerFiles.expand(session, aiServers));
        verbose.show(session, List.of(SlurmCommands.show(command)));
        FromNode checks =
                new FromNode(new ProcessCommandRunner(), SlurmEnvironment.from(session.environment(), List.of()));
        return show(
                checks.run(command), place.jobId() == null ? "a separately allocated node" : "job " + place.jobId());
    }

    /** In the group's job where that runs; a job that waits has no node. */
    private FromNode.Place place(ServiceClient service) {
        if (id == null) {
            return new FromNode.Place(null, partition, account, qos);
        }
        GroupView group = service.showGroup(id);
        String state = group.info().jobState();
        String job = group.info().jobId();
        boolean runs = !group.info().status().isTerminal() && "RUNNING".equals(state);
        if (job != null && runs) {
            return new FromNode.Place(job, null, null, null);
        }
        session.note("the job of group " + id + " does not run, so the checks run on a separately allocated node");
        return new FromNode.Place(null, partition, account, qos);
    }

    private List<URI> aiServersOf(ServiceClient service) {
        if (id != null) {
            return service.showGroup(id).info().aiServers().stream()
                    .map(URI::create)
                    .toList();
        }
        Set<URI> all = new LinkedHashSet<>();
        for (JobView job : service.jobs(0).jobs()) {
            service.showGroup(job.benchmarkId()).info().aiServers().forEach(server -> all.add(URI.create(server)));
        }
        return List.copyOf(all);
    }

    private int show(NodeReport report, String where) {
        if (format.isJson()) {
            OutputFormat.printJson(session, report);
            return report.passed() ? 0 : 1;
        }
        session.out().println("checks from " + report.node() + " (" + where + ")");
        for (NodeCheck check : report.checks()) {
            session.out().println((check.passed() ? "  ok    " : "  FAIL  ") + check.what() + ": " + check.detail());
            if (!check.passed()) {
                session.out().println("        " + check.remedy());
            }
        }
        session.out().println(report.passed() ? "no problems found" : "problems found");
        return report.passed() ? 0 : 1;
    }
}
