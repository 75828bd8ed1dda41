package aifactory.commandline.option;

import aifactory.commandline.session.Session;
import aifactory.protocol.JsonFormat;
import picocli.CommandLine.Option;

/** Whether a command's result is for users or for programs. */
public final class OutputFormat {
    @Option(names = "--json", description = "print only the result, as JSON, on standard output")
    private boolean json;

    public boolean isJson() {
        return json;
    }

    /** Prints a result as JSON on standard output. */
    public static void printJson(Session session, Object result) {
        session.out()
                .println(JsonFormat.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(result));
    }
}
