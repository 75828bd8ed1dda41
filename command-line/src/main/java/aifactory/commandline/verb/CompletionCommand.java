package aifactory.commandline.verb;

import aifactory.commandline.session.Session;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code aifactory completion}. */
@Command(
        name = "completion",
        description = {
            "Print what makes bash and zsh complete verbs and options.",
            "For this shell: source <(aifactory completion)"
        })
public final class CompletionCommand extends Verb implements Callable<Integer> {
    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec specification;

    public CompletionCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        CommandSpec program = specification.root();
        session.out().print(AutoComplete.bash(program.name(), program.commandLine()));
        session.out().flush();
        return 0;
    }
}
