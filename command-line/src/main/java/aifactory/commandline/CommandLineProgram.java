package aifactory.commandline;

import aifactory.commandline.configuration.Configuration;
import aifactory.commandline.configuration.OptionDefaults;
import aifactory.commandline.help.HelpArguments;
import aifactory.commandline.help.HelpLayout;
import aifactory.commandline.session.Session;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine;

/** Parses the arguments, runs the command, and reports every failure as one line and an exit code. */
public final class CommandLineProgram {
    private CommandLineProgram() {}

    /** Runs one invocation and returns its exit code. Never throws. */
    public static int run(Session session, String... arguments) {
        FailureReport failures = new FailureReport(session, arguments);
        try {
            HelpArguments asked = HelpArguments.of(arguments);
            String[] parsed = asked.arguments().toArray(String[]::new);
            CommandLine commandLine = commandLine(session, failures, parsed);
            HelpLayout.apply(commandLine, session.columns(), asked.all());
            Optional<CommandLine.UnmatchedArgumentException> unknown = asked.unknownCommand(commandLine);
            return unknown.isPresent() ? failures.reportUsage(unknown.get()) : commandLine.execute(parsed);
        } catch (RuntimeException | Error failure) {
            return failures.report(failure);
        }
    }

    static CommandLine commandLine(Session session, FailureReport failures, String... arguments) {
        Configuration configuration = Configuration.of(session);
        CommandLine commandLine = new CommandLine(new Aifactory(), new VerbFactory(session, configuration));
        commandLine
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setDefaultValueProvider(new OptionDefaults(configuration, arguments))
                .setOut(new PrintWriter(session.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(session.err(), true, StandardCharsets.UTF_8))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setParameterExceptionHandler((failure, given) -> failures.reportUsage(failure))
                .setExecutionExceptionHandler((failure, verb, result) -> failures.report(failure));
        HelpTexts.arrange(commandLine);
        return commandLine;
    }

    /**
     * Creates commands and their parts: a constructor with the session or the configuration as parameter receives them.
     */
    private record VerbFactory(Session session, Configuration configuration) implements CommandLine.IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            for (var constructor : type.getDeclaredConstructors()) {
                Class<?>[] parameters = constructor.getParameterTypes();
                if (parameters.length == 1 && parameters[0] == Session.class) {
                    return type.cast(constructor.newInstance(session));
                }
                if (parameters.length == 2 && parameters[0] == Session.class && parameters[1] == Configuration.class) {
                    return type.cast(constructor.newInstance(session, configuration));
                }
            }
            return CommandLine.defaultFactory().create(type);
        }
    }
}
