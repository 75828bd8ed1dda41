package aifactory.commandline.option;

import aifactory.commandline.session.Session;
import aifactory.protocol.JsonFormat;
import picocli.CommandLine.Option;

/** Whether a verb's result is for people or for programs. */
public final class OutputFormat {
    @Option(names = "--json", description = "print the result as JSON, and nothing else, on standard output")
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
