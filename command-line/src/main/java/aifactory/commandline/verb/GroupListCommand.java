package aifactory.commandline.verb;

import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.session.Session;
import aifactory.protocol.GroupInfo;
import aifactory.protocol.GroupView;
import aifactory.protocol.JsonFormat;
import java.util.Locale;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** {@code aifactory group list}. */
@Command(name = "list", description = "List the groups of the Client Service.")
public final class GroupListCommand extends ServiceVerb {
    public GroupListCommand(Session session, Configuration configuration) {
        super(session, configuration);
    }

    @Override
    int call(ServiceClient service) {
        JsonNode answer = service.listGroups();
        if (format.isJson()) {
            OutputFormat.printJson(session, answer);
            return 0;
        }
        TextTable table = new TextTable("GROUP", "STATE", "CLIENTS", "JOB", "CREATED", "LATEST RUN");
        for (JsonNode entry : answer.path("groups")) {
            GroupView group = JsonFormat.mapper().treeToValue(entry, GroupView.class);
            GroupInfo info = group.info();
            table.row(
                    group.benchmarkId(),
                    info.status().name().toLowerCase(Locale.ROOT),
                    info.registered() + "/" + info.numClients(),
                    info.jobId() == null ? "-" : info.jobId(),
                    info.createdAt(),
                    info.latestRunId() == null ? "-" : info.latestRunId());
        }
        session.out().print(answer.path("groups").isEmpty() ? "no groups\n" : table.toString());
        return 0;
    }
}
