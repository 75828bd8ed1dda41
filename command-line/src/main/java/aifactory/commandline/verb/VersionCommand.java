package aifactory.commandline.verb;

import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.session.Session;
import aifactory.commandline.version.BuildInformation;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;

/** {@code aifactory version}. */
@Command(name = "version", description = "Print the version, the commit of the build, and the Java version.")
public final class VersionCommand extends Verb implements Callable<Integer> {
    @Mixin
    private OutputFormat format = new OutputFormat();

    private final Session session;

    public VersionCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (format.isJson()) {
            BuildInformation build = BuildInformation.ofThisProgram();
            OutputFormat.printJson(session, new Version(build.version(), build.commit(), java()));
        } else {
            session.out().println(text());
        }
        return 0;
    }

    private static String text() {
        BuildInformation build = BuildInformation.ofThisProgram();
        return "aifactory " + build.version() + " (commit " + build.commit() + ", Java " + java() + ")";
    }

    private static String java() {
        return Runtime.version().toString();
    }

    /** What {@code aifactory --version} prints: the same as the command. */
    public static final class Provider implements IVersionProvider {
        @Override
        public String[] getVersion() {
            // The parser would replace ${…} in it.
            return new String[] {text().replace("$", "$$")};
        }
    }

    private record Version(String version, String commit, String java) {}
}
