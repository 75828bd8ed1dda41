package aifactory.commandline.verb;

import aifactory.commandline.api.ServiceClient;
import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.option.CountConverter;
import aifactory.commandline.option.OutputFormat;
import aifactory.commandline.option.VerboseOption;
import aifactory.commandline.session.Session;
import aifactory.protocol.GroupUsage;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code aifactory usage}. */
@Command(name = "usage", description = "Show the resource usage of a group's job and recommend sizes for the next one.")
public final class UsageCommand extends ServiceVerb {
    private static final double MEBIBYTE = 1 << 20;
    private static final int MOST_STEPS = 32;

    @Parameters(
            paramLabel = "ID",
            converter = CountConverter.BenchmarkId.class,
            description = "id of the group, a number")
    private long id;

    @Mixin
    VerboseOption verbose = new VerboseOption();

    public UsageCommand(Session session, Configuration configuration) {
        super(session, configuration);
    }

    @Override
    int call(ServiceClient service) {
        GroupUsage usage = service.usage(id);
        verbose.show(session, usage.nativeCommands());
        if (format.isJson()) {
            OutputFormat.printJson(session, usage);
            return 0;
        }
        TextTable facts = new TextTable("GROUP", String.valueOf(usage.benchmarkId()));
        facts.row("job", usage.jobId() + " (" + usage.jobState() + ")");
        facts.row("elapsed", Ages.of(Duration.ofMillis(Math.round(usage.elapsedS() * 1000))));
        facts.row("nodes", usage.nodes());
        facts.row("CPUs", usage.cpus());
        facts.row("cost", text("%.3f node hours, %.3f CPU hours", usage.nodeHours(), usage.cpuHours()));
        facts.row("memory asked for", usage.requestedMemory().isEmpty() ? "-" : usage.requestedMemory() + " a node");
        facts.row("memory used", size(usage.maximumResidentBytes()) + " by the largest client");
        facts.row(
                "CPU used",
                usage.cpuShare() == null ? "-" : text("%.1f %% of what is allocated", usage.cpuShare() * 100));
        session.out().print(facts);
        if (!usage.steps().isEmpty()) {
            session.out().println();
            TextTable steps =
                    new TextTable("STEP", "NAME", "TASKS", "LARGEST", "ON", "VIRTUAL", "PAGE FAULTS", "CPU TIME");
            for (GroupUsage.Step step : usage.steps().stream().limit(MOST_STEPS).toList()) {
                steps.row(
                        step.step(),
                        step.name().isEmpty() ? "-" : step.name(),
                        step.tasks(),
                        size(step.maximumResidentBytes()),
                        step.node() == null ? "-" : step.node(),
                        size(step.maximumVirtualBytes()),
                        step.averagePageFaults() == null ? "-" : step.averagePageFaults(),
                        step.cpuTimeS() == null ? "-" : text("%.1f s", step.cpuTimeS()));
            }
            session.out().print(steps);
            if (usage.steps().size() > MOST_STEPS) {
                session.out().println((usage.steps().size() - MOST_STEPS) + " more; --json lists all");
            }
        }
        session.out().println();
        usage.advice().forEach(advice -> session.out().println("advice: " + advice));
        return 0;
    }

    private static String size(@Nullable Long bytes) {
        return bytes == null ? "-" : text("%.0f MiB", bytes / MEBIBYTE);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
