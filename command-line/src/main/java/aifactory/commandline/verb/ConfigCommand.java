package aifactory.commandline.verb;

import picocli.CommandLine.Command;

/** {@code aifactory config}. */
@Command(
        name = "config",
        description = "Show the configuration.",
        subcommands = {ConfigShowCommand.class, ConfigSchemaCommand.class, ConfigReferenceCommand.class})
public final class ConfigCommand extends VerbFamily {}
