package aifactory.commandline.verb;

import aifactory.commandline.load.BenchmarkSchema;
import aifactory.commandline.session.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code aifactory config schema}. */
@Command(name = "schema", description = "Print the JSON Schema of benchmark files, for validation in editors.")
public final class ConfigSchemaCommand extends Verb implements Callable<Integer> {
    @Option(names = "--campaign", description = "print the schema of campaign files (aifactory sweep)")
    private boolean campaign;

    private final Session session;

    public ConfigSchemaCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.out().print(campaign ? BenchmarkSchema.campaignText() : BenchmarkSchema.text());
        return 0;
    }
}
