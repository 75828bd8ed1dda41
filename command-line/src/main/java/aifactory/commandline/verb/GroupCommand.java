package aifactory.commandline.verb;

import picocli.CommandLine.Command;

/** {@code aifactory group}. */
@Command(
        name = "group",
        description = "Create, list, show and delete groups of client processes.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            GroupCreateCommand.class,
            GroupListCommand.class,
            GroupShowCommand.class,
            GroupDeleteCommand.class
        })
public final class GroupCommand extends VerbFamily {}
