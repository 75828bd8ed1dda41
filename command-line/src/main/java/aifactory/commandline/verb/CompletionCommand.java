package aifactory.commandline.verb;

import aifactory.commandline.completion.CompletionScript;
import aifactory.commandline.option.NameConverter;
import aifactory.commandline.session.Session;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code aifactory completion}. */
@Command(
        name = "completion",
        description = {
            "Print the script with which a shell completes commands, options, files and the names of runs.",
            "bash and zsh: source <(aifactory completion)",
            "  fish:         aifactory completion fish | source"
        })
public final class CompletionCommand extends Verb implements Callable<Integer> {
    @Parameters(
            paramLabel = "SHELL",
            arity = "0..1",
            converter = ShellNames.class,
            completionCandidates = ShellNames.class,
            description = "${COMPLETION-CANDIDATES} [bash]")
    private Shell shell = Shell.BASH;

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec specification;

    public CompletionCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        CommandLine program = specification.root().commandLine();
        session.out()
                .print(
                        switch (shell) {
                            case BASH -> CompletionScript.bash(program);
                            case ZSH -> CompletionScript.zsh(program);
                            case FISH -> CompletionScript.fish(program);
                        });
        session.out().flush();
        return 0;
    }

    enum Shell {
        BASH,
        ZSH,
        FISH
    }

    /** The shells as they are typed. */
    static final class ShellNames extends NameConverter<Shell> {
        ShellNames() {
            super(List.of(Shell.values()));
        }
    }
}
