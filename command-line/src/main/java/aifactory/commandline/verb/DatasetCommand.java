package aifactory.commandline.verb;

import picocli.CommandLine.Command;

/** {@code aifactory dataset}. */
@Command(
        name = "dataset",
        description = "Inspect and convert datasets and recorded traces.",
        subcommands = {DatasetInspectCommand.class, DatasetConvertCommand.class})
public final class DatasetCommand extends VerbFamily {}
