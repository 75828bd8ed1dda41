package aifactory.commandline.verb;

import picocli.CommandLine.Command;

/** {@code aifactory image}. */
@Command(
        name = "image",
        description = "Build the container image that clients run in.",
        subcommands = {ImageBuildCommand.class})
public final class ImageCommand extends VerbFamily {}
