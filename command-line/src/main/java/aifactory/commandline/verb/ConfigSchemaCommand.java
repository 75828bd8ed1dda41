package aifactory.commandline.verb;

import aifactory.commandline.load.BenchmarkSchema;
import aifactory.commandline.session.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code aifactory config schema}. */
@Command(name = "schema", description = "Print the JSON Schema of benchmark files, for editors that check them.")
public final class ConfigSchemaCommand extends Verb implements Callable<Integer> {
    private final Session session;

    public ConfigSchemaCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.out().print(BenchmarkSchema.text());
        return 0;
    }
}
