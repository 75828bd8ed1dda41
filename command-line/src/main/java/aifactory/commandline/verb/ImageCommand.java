package aifactory.commandline.verb;

import picocli.CommandLine.Command;

/** {@code aifactory image}. */
@Command(
        name = "image",
        description = "Build the container image for clients.",
        subcommands = {ImageBuildCommand.class})
public final class ImageCommand extends VerbFamily {}
