package aifactory.commandline.verb;

import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.session.Session;
import aifactory.commandline.version.BuildInformation;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code aifactory version}. */
@Command(name = "version", description = "Print the version, the commit it was built from, and the Java that runs it.")
public final class VersionCommand extends Verb implements Callable<Integer> {
    @Mixin
    private OutputFormat format = new OutputFormat();

    private final Session session;

    public VersionCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        BuildInformation build = BuildInformation.ofThisProgram();
        String java = Runtime.version().toString();
        if (format.isJson()) {
            OutputFormat.printJson(session, new Version(build.version(), build.commit(), java));
        } else {
            session.out()
                    .println("aifactory " + build.version() + " (commit " + build.commit() + ", Java " + java + ")");
        }
        return 0;
    }

    private record Version(String version, String commit, String java) {}
}
