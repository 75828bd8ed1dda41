package aifactory.commandline.verb;

import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.option.CountConverter;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.session.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code aifactory stop}. */
@Command(
        name = "stop",
        description = "Stop the current run of a group. Its measurements so far are kept, and the group remains.")
public final class StopCommand extends ServiceVerb {
    @Parameters(
            paramLabel = "ID",
            converter = CountConverter.BenchmarkId.class,
            description = "id of the group, a number")
    private long id;

    public StopCommand(Session session, Configuration configuration) {
        super(session, configuration);
    }

    @Override
    int call(ServiceClient service) {
        JsonNode answer = service.stop(id);
        if (format.isJson()) {
            OutputFormat.printJson(session, answer);
        } else {
            session.out()
                    .println("the run of group " + id + " is being stopped; 'aifactory wait " + id
                            + " --for done' waits for its result");
        }
        return 0;
    }
}
