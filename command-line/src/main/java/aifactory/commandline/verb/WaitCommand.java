package aifactory.commandline.verb;

import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.follow.GroupFollower;
import aifactory.commandline.option.CountConverter;
import aifactory.commandline.option.DurationConverter;
import aifactory.commandline.option.NameConverter;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.progress.ProgressDisplay;
import aifactory.commandline.session.Session;
import aifactory.protocol.GroupView;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aifactory wait}. */
@Command(name = "wait", description = "Wait until a group is ready for a run, or until its run has ended.")
public final class WaitCommand extends ServiceVerb {
    @Parameters(
            paramLabel = "ID",
            converter = CountConverter.BenchmarkId.class,
            description = "id of the group, a number")
    private long id;

    @Option(
            names = "--for",
            required = true,
            paramLabel = "STATE",
            converter = AwaitedNames.class,
            completionCandidates = AwaitedNames.class,
            description = "${COMPLETION-CANDIDATES}")
    private Awaited awaited = Awaited.READY;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "maximum wait, after which the exit code is 3; default: 10m")
    private Duration timeout = Duration.ofMinutes(10);

    public WaitCommand(Session session, Configuration configuration) {
        super(session, configuration);
    }

    @Override
    int call(ServiceClient service) {
        GroupFollower follower = new GroupFollower(session, service);
        GroupView group;
        try (ProgressDisplay display = ProgressDisplay.of(session, format.isJson())) {
            group = switch (awaited) {
                case READY -> follower.awaitReady(id, timeout, display);
                case DONE -> follower.awaitDone(id, timeout, display);
            };
        }
        if (format.isJson()) {
            OutputFormat.printJson(session, group);
        } else {
            session.out()
                    .println("group " + id + " is "
                            + group.info().status().name().toLowerCase(Locale.ROOT) + " with "
                            + group.info().registered() + " clients");
        }
        return 0;
    }

    enum Awaited {
        READY,
        DONE
    }

    /** The states as they are typed. */
    static final class AwaitedNames extends NameConverter<Awaited> {
        AwaitedNames() {
            super(List.of(Awaited.values()));
        }
    }
}
