package aifactory.commandline;

import aifactory.commandline.verb.BenchmarkCommand;
import aifactory.commandline.verb.CleanupCommand;
import aifactory.commandline.verb.ClientCommand;
import aifactory.commandline.verb.CompareCommand;
import aifactory.commandline.verb.CompletionCommand;
import aifactory.commandline.verb.ConfigCommand;
import aifactory.commandline.verb.DatasetCommand;
import aifactory.commandline.verb.DemoCommand;
import aifactory.commandline.verb.DoctorCommand;
import aifactory.commandline.verb.ExplainCommand;
import aifactory.commandline.verb.ExportCommand;
import aifactory.commandline.verb.GroupCommand;
import aifactory.commandline.verb.HelpCommand;
import aifactory.commandline.verb.ImageCommand;
import aifactory.commandline.verb.JobsCommand;
import aifactory.commandline.verb.LogsCommand;
import aifactory.commandline.verb.PlanCommand;
import aifactory.commandline.verb.ReportCommand;
import aifactory.commandline.verb.RunCommand;
import aifactory.commandline.verb.RunsCommand;
import aifactory.commandline.verb.ServeCommand;
import aifactory.commandline.verb.ServerCommand;
import aifactory.commandline.verb.SimulateCommand;
import aifactory.commandline.verb.StopCommand;
import aifactory.commandline.verb.SweepCommand;
import aifactory.commandline.verb.TrendCommand;
import aifactory.commandline.verb.UsageCommand;
import aifactory.commandline.verb.VersionCommand;
import aifactory.commandline.verb.WaitCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program itself: the list of its commands. */
@Command(
        name = "aifactory",
        description = "Measures AI inference servers with many client processes and one exact result.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExit codes:%n",
        footer = {
            "  0  done",
            "  1  a check failed, or more requests failed than --max-failed or --max-errors allow",
            "  2  wrong usage or input",
            "  3  the run is invalid or incomplete, or a wait timed out",
            "  4  the AI server, the Client Service or Slurm is unavailable",
            "  130  interrupted; results so far are kept",
            "",
            "'aifactory demo' shows a whole benchmark; 'aifactory COMMAND --help' describes a command."
        },
        subcommands = {
            DemoCommand.class,
            BenchmarkCommand.class,
            GroupCommand.class,
            WaitCommand.class,
            RunCommand.class,
            StopCommand.class,
            ReportCommand.class,
            ExplainCommand.class,
            ExportCommand.class,
            CompareCommand.class,
            RunsCommand.class,
            TrendCommand.class,
            SweepCommand.class,
            DatasetCommand.class,
            ServeCommand.class,
            ClientCommand.class,
            ServerCommand.class,
            SimulateCommand.class,
            JobsCommand.class,
            LogsCommand.class,
            UsageCommand.class,
            CleanupCommand.class,
            PlanCommand.class,
            DoctorCommand.class,
            ImageCommand.class,
            ConfigCommand.class,
            CompletionCommand.class,
            HelpCommand.class,
            VersionCommand.class
        },
        versionProvider = VersionCommand.Provider.class)
final class Aifactory implements Runnable {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "print this help and exit")
    boolean helpRequested; // read by picocli

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "print the version and exit")
    boolean versionRequested; // read by picocli

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec specification;

    @Override
    public void run() {
        CommandLine commandLine = specification.commandLine();
        throw new ParameterException(
                commandLine,
                "no command given; start with 'aifactory demo', or list the commands with 'aifactory help'");
    }
}
