package aifactory.commandline.verb;

import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.option.CountConverter;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.session.Session;
import aifactory.protocol.ClientState;
import aifactory.protocol.ClientView;
import aifactory.protocol.GroupInfo;
import aifactory.protocol.GroupView;
import aifactory.protocol.ServerView;
import aifactory.slurm.HostList;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code aifactory group show}. */
@Command(name = "show", description = "Show the state of a group and of its clients.")
public final class GroupShowCommand extends ServiceVerb {
    private static final int MOST_ROWS = 32;
    private static final int MOST_SERVERS = 8;

    @Parameters(
            paramLabel = "ID",
            converter = CountConverter.BenchmarkId.class,
            description = "id of the group, a number")
    private long id;

    public GroupShowCommand(Session session, Configuration configuration) {
        super(session, configuration);
    }

    @Override
    int call(ServiceClient service) {
        GroupView group = service.showGroup(id);
        if (format.isJson()) {
            OutputFormat.printJson(session, group);
            return 0;
        }
        session.out().print(facts(group));
        if (!group.info().clients().isEmpty()) {
            session.out().println();
            session.out().print(clients(group.info()));
        }
        return 0;
    }

    private static TextTable facts(GroupView group) {
        GroupInfo info = group.info();
        TextTable table = new TextTable("GROUP", String.valueOf(group.benchmarkId()));
        table.row("state", lower(info.status()) + (info.reason() == null ? "" : " (" + info.reason() + ")"));
        table.row(
                "clients",
                info.registered() + " of " + info.numClients() + " registered, " + info.minClients() + " needed");
        table.row("time limit", info.timeLimit() + " min");
        table.row("job", orDash(info.jobId()) + (info.jobState() == null ? "" : " (" + info.jobState() + ")"));
        for (String note : info.notes() == null ? List.<String>of() : info.notes()) {
            table.row("note", note);
        }
        table.row("created", info.createdAt());
        table.row("AI servers", String.join(", ", info.aiServers()));
        for (ServerView server : listed(info)) {
            table.row(
                    server.name(),
                    server.state().name().toLowerCase(Locale.ROOT)
                            + (server.address() == null ? "" : " at " + server.address())
                            + (server.failure() == null
                                    ? ""
                                    : ": " + server.failure().message()));
            table.row("its log", orDash(server.logPath()));
        }
        if (info.servers().size() > MOST_SERVERS) {
            serversByState(info).forEach(servers -> table.row("servers", servers));
        }
        table.row(
                "run",
                orDash(info.currentRunId() == null ? info.latestRunId() : info.currentRunId())
                        + (info.currentRunId() == null ? "" : " (active)"));
        info.logPaths().forEach(path -> table.row("log", path));
        return table;
    }

    /** All of a few servers; of many, those that have failed. */
    private static List<ServerView> listed(GroupInfo info) {
        return info.servers().size() <= MOST_SERVERS
                ? info.servers()
                : info.servers().stream()
                        .filter(server -> server.failure() != null)
                        .limit(MOST_SERVERS)
                        .toList();
    }

    /** {@code 63 of 64 ready}. */
    private static List<String> serversByState(GroupInfo info) {
        Map<String, Long> byState = info.servers().stream()
                .collect(Collectors.groupingBy(
                        server -> server.state().name().toLowerCase(Locale.ROOT), TreeMap::new, Collectors.counting()));
        return byState.entrySet().stream()
                .map(state -> state.getValue() + " of " + info.servers().size() + " " + state.getKey())
                .toList();
    }

    private static TextTable clients(GroupInfo info) {
        if (info.clients().size() > MOST_ROWS) {
            return clientsByState(info);
        }
        TextTable table = new TextTable("CLIENT", "STATE", "ADDRESS", "NODE", "CLOCK OFFSET");
        for (ClientView client : info.clients()) {
            Double offset = client.clockOffsetMs();
            table.row(
                    client.id(),
                    lower(client.state()),
                    client.address(),
                    orDash(client.node()),
                    offset == null ? "-" : String.format(Locale.ROOT, "%.3f ms", offset));
        }
        return table;
    }

    /** Of hundreds of clients those that differ are of interest; {@code --json} lists all of them. */
    private static TextTable clientsByState(GroupInfo info) {
        Map<ClientState, List<ClientView>> byState = new TreeMap<>();
        info.clients()
                .forEach(client -> byState.computeIfAbsent(client.state(), state -> new ArrayList<>())
                        .add(client));
        TextTable table = new TextTable("STATE", "CLIENTS", "NODES", "CLOCK OFFSET");
        byState.forEach((state, clients) -> table.row(lower(state), clients.size(), nodes(clients), offsets(clients)));
        return table;
    }

    private static String nodes(List<ClientView> clients) {
        List<String> nodes = clients.stream()
                .flatMap(client -> Stream.ofNullable(client.node()))
                .distinct()
                .toList();
        return nodes.isEmpty() ? "-" : HostList.compress(nodes);
    }

    private static String offsets(List<ClientView> clients) {
        DoubleSummaryStatistics offsets = clients.stream()
                .flatMap(client -> Stream.ofNullable(client.clockOffsetMs()))
                .mapToDouble(Double::doubleValue)
                .summaryStatistics();
        return offsets.getCount() == 0
                ? "-"
                : String.format(Locale.ROOT, "%.3f to %.3f ms", offsets.getMin(), offsets.getMax());
    }

    private static String orDash(@Nullable String text) {
        return text == null ? "-" : text;
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
