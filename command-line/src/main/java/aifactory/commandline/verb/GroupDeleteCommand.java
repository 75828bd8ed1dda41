package aifactory.commandline.verb;

import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.option.CountConverter;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.session.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code aifactory group delete}. */
@Command(
        name = "delete",
        description = {
            "Delete a group: its clients deliver their data, its job is cancelled, and the end of the job is"
                    + " confirmed.",
            "The results of its runs are kept."
        })
public final class GroupDeleteCommand extends ServiceVerb {
    @Parameters(
            paramLabel = "ID",
            converter = CountConverter.BenchmarkId.class,
            description = "id of the group, a number")
    private long id;

    public GroupDeleteCommand(Session session, Configuration configuration) {
        super(session, configuration);
    }

    @Override
    int call(ServiceClient service) {
        JsonNode answer = service.deleteGroup(id);
        if (format.isJson()) {
            OutputFormat.printJson(session, answer);
        } else {
            session.out().println("group " + id + " deleted");
        }
        return 0;
    }
}
